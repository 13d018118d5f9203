import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { fleet } from './0004-fleet.js';

// Frozen: never edit what has run on a database. It imports none of our code, because that keeps changing.

/** Each table of current installations, whose they are, and the texts that reports group people by. */
const KINDS: Readonly<Record<string, { readonly owner: string; readonly texts: readonly string[] }>> = {
  mobile: {
    owner: 'patient_id',
    texts: ['app_product', 'app_version', 'phone_os', 'phone_os_version', 'manufacturer', 'model'],
  },
  desktop: { owner: 'clinician_id', texts: ['app_product', 'app_version', 'desktop_os', 'desktop_os_version'] },
};

/**
 * Sums of the people, small enough to read whole for each report.
 *
 * - `fleet_ledger` holds the daily changes of the people for each version, 32 days in a row: `changes[1 + day % 32]`, where
 *   `span` is the day divided by 32 and days count from 1970-01-01. `people` is the sum of the changes.
 * - `fleet_mobile_group`, `fleet_desktop_group` hold how many people have the same texts. A kind's groups are counted when
 *   its first build ends, and kept up to date from then on.
 * - `fleet_forget` is that of migration 0004, on these tables.
 *
 * What was built before is built again.
 */
export const fleetSums: Migration = {
  async up(db: Kysely<unknown>) {
    await inSchemaOfTables(db, [
      `drop table if exists %1$s.fleet_ledger;
       create table %1$s.fleet_ledger (
         version integer not null,
         span integer not null,
         people integer not null,
         changes integer[] not null,
         primary key (version, span)
       );`,
      ...Object.entries(KINDS).map(
        ([name, { texts }]) => `
        create table if not exists %1$s.fleet_${name}_group (
          digest bytea primary key,
          ${texts.map((text) => `${text} varchar not null`).join(', ')},
          people integer not null
        );
        truncate %1$s.fleet_${name};`,
      ),
      `truncate %1$s.fleet_person, %1$s.fleet_version, %1$s.fleet_product;
       update %1$s.fleet_build set built = false, walking = false, walked_to = null;
       update %1$s.fleet_state set as_of = '-infinity';
       insert into %1$s.fleet_queue (kind, owner) select kind, null from %1$s.fleet_build;`,
      FORGET,
    ]);
  },

  async down(db: Kysely<unknown>) {
    await sql
      .raw(
        `drop table if exists fleet_ledger, ${Object.keys(KINDS)
          .map((name) => `fleet_${name}_group`)
          .join(', ')}`,
      )
      .execute(db);
    await fleet.up(db);
  },
};

/** One statement, so that a crash leaves all of it or nothing; in the schema of the tables, wherever that is. */
async function inSchemaOfTables(db: Kysely<unknown>, statements: readonly string[]): Promise<void> {
  await sql
    .raw(`
      do $migration$ begin
        execute format($text$ ${statements.join('\n')} $text$,
          (select relnamespace::regnamespace from pg_class where oid = to_regclass('mobile')));
      end $migration$`)
    .execute(db);
}

/** Number of the fold's advisory lock. */
const FOLD_LOCK = 7_201_486_010;

const FORGET = `
  create or replace function %1$s.fleet_forget(person text) returns void
  language plpgsql set search_path = pg_catalog, %1$s, pg_temp as $function$
  declare touched bytea[];
  begin
    perform pg_advisory_xact_lock(${FOLD_LOCK});
    update %1$s.fleet_state set round = round + 1;
    with gone as (delete from %1$s.fleet_person where owner = person returning days, versions),
    shares as (
      select abs(version) as version, (day - date '1970-01-01') >> 5 as span, 1 + ((day - date '1970-01-01') & 31) as place,
             sum(sign(version))::integer as people
        from gone cross join unnest(versions, days) as change(version, day) group by 1, 2, 3
    )
    update %1$s.fleet_ledger l
       set people = l.people - (select sum(s.people) from shares s where s.version = l.version and s.span = l.span)::integer,
           changes = array(
             select change - coalesce((select s.people from shares s where s.version = l.version and s.span = l.span and s.place = n), 0)
               from unnest(l.changes) with ordinality as each(change, n) order by n)
     where (l.version, l.span) in (select version, span from shares);
    delete from %1$s.fleet_ledger where people = 0 and 0 = all (changes);
    ${Object.entries(KINDS)
      .map(
        ([name, { owner, texts }]) => `
    with gone as (delete from %1$s.fleet_${name} where ${owner} = person returning *),
    products as (
      update %1$s.fleet_product p set people = p.people - 1, installations = p.installations - gone.installations,
             clock_suspect = p.clock_suspect - gone.clock_suspect
        from gone where p.kind = '${name}' and p.digest = sha256(convert_to(gone.app_product, 'UTF8'))
    ),
    fewer as (
      select sha256(convert_to(json_build_array(${texts.join(', ')})::text, 'UTF8')) as digest, count(*)::integer as people
        from gone group by 1
    ),
    counted as (
      update %1$s.fleet_${name}_group g set people = g.people - fewer.people from fewer where g.digest = fewer.digest
      returning g.digest
    )
    select array_agg(digest) into touched from counted;
    delete from %1$s.fleet_${name}_group where digest = any (touched) and people = 0;
    update %1$s.fleet_${name} set created_by_ = 'erased' where left(created_by_, 64) = left(person, 64) and created_by_ = person and created_by_ <> ${owner};
    update %1$s.fleet_${name} set modified_by_ = 'erased' where left(modified_by_, 64) = left(person, 64) and modified_by_ = person and modified_by_ <> ${owner};`,
      )
      .join('')}
    delete from %1$s.fleet_queue where owner = person;
  end $function$;
  revoke all on function %1$s.fleet_forget(text) from public;`;
