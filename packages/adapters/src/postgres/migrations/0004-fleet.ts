import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Frozen: never edit what has run on a database. It imports none of our code, because that keeps changing.

/** Each table of installations: whose they are, and the columns of its own. */
const KINDS: Readonly<
  Record<string, { readonly owner: string; readonly system: string; readonly columns: readonly string[] }>
> = {
  mobile: {
    owner: 'patient_id',
    system: 'phone_os_version',
    columns: [
      'date_first_launched_ timestamp not null',
      'date_first_launched_time_zone_ integer not null',
      ...texts('app_product', 'app_version', 'phone_os', 'phone_os_version', 'manufacturer', 'model', 'display_name'),
    ],
  },
  desktop: {
    owner: 'clinician_id',
    system: 'desktop_os_version',
    columns: [
      'date_first_used_ timestamp not null',
      'date_first_used_time_zone_ integer not null',
      ...texts('app_product', 'app_version', 'desktop_os', 'desktop_os_version', 'ip_address'),
    ],
  },
};

function texts(...names: readonly string[]): string[] {
  return names.map((name) => `${name} varchar not null`);
}

/**
 * Who runs what. All of it follows from the records and their revisions and can be built again at any time.
 *
 * - `fleet_queue` notes whose records have changed; a note without an owner means all owners. Triggers (`triggers.ts`)
 *   write it, the fold reads and empties it.
 * - `fleet_mobile`, `fleet_desktop` hold the current installation of each person and product, with what search filters and
 *   sorts by. The fold is the only writer, and sees that there is one for each; no unique index does, because a product
 *   has no limit of length.
 * - `fleet_person` holds what each person has added to the ledger: `versions[n]` on `days[n]`, negative where the person
 *   left that version; and when time alone changes that.
 * - `fleet_ledger` holds the daily changes of the people for each version.
 * - `fleet_version` numbers the versions of a product: `kind_of_version` is `version`, `unknown`, or `other` for those beyond the limit.
 * - `fleet_build` says how far a build from the records is, `fleet_state` as of when all this holds.
 * - Texts without a limit of length are found by their SHA-256.
 * - `fleet_forget` takes a person out at once, and the person's name out of the others' rows: the end of an erasure. It
 *   waits for the fold's lock.
 */
export const fleet: Migration = {
  async up(db: Kysely<unknown>) {
    const statements = [
      ...Object.entries(KINDS).flatMap(([name, { owner, system, columns }]) => [
        tableOf(name, owner, system, columns),
        noteOf(name, owner),
      ]),
      COMMON,
      FORGET,
    ];
    // One statement, so that a crash leaves all of it or nothing; in the schema of the tables, wherever that is.
    await sql
      .raw(`
        do $migration$ begin
          execute format($text$ ${statements.join('\n')} $text$,
            (select relnamespace::regnamespace from pg_class where oid = to_regclass('mobile')));
        end $migration$`)
      .execute(db);
  },

  async down(db: Kysely<unknown>) {
    const names = Object.keys(KINDS);
    await sql
      .raw(`do $migration$ begin
        drop function if exists fleet_forget(text);
        ${names.map((name) => `drop function if exists note_${name}_owners();`).join('\n')}
        drop table if exists ${names.map((name) => `fleet_${name}`).join(', ')}, fleet_person, fleet_ledger, fleet_version,
          fleet_product, fleet_queue, fleet_build, fleet_state;
      end $migration$`)
      .execute(db);
  },
};

// In what follows `%1$s` is the schema of the tables, quoted where it has to be.

function tableOf(name: string, owner: string, system: string, columns: readonly string[]): string {
  return `
    create table if not exists %1$s.fleet_${name} (
      uuid varchar(36) not null,
      created timestamp not null,
      created_by_ varchar not null,
      modified timestamp not null,
      modified_by_ varchar not null,
      ${owner} varchar(36) not null,
      unique_device_code varchar not null,
      ${columns.join(', ')},
      since timestamp not null,
      version_since timestamp not null,
      last_seen timestamp not null,
      installations integer not null,
      clock_suspect integer not null
    );
    create index if not exists fleet_${name}_owner on %1$s.fleet_${name} (${owner});
    create index if not exists fleet_${name}_since_down on %1$s.fleet_${name} (since desc, ${owner} collate "C");
    create index if not exists fleet_${name}_since_up on %1$s.fleet_${name} (since, ${owner} collate "C");
    create index if not exists fleet_${name}_seen_down on %1$s.fleet_${name} (last_seen desc, ${owner} collate "C");
    create index if not exists fleet_${name}_seen_up on %1$s.fleet_${name} (last_seen, ${owner} collate "C");
    create index if not exists fleet_${name}_device on %1$s.fleet_${name} (left(unique_device_code, 64));
    create index if not exists fleet_${name}_version on %1$s.fleet_${name} (left(app_version, 64));
    create index if not exists fleet_${name}_system on %1$s.fleet_${name} (left(${system}, 64));`;
}

function noteOf(name: string, owner: string): string {
  const note = `insert into %1$s.fleet_queue (kind, owner)`;
  return `
    create or replace function %1$s.note_${name}_owners() returns trigger
    language plpgsql security definer set search_path = pg_catalog, %1$s, pg_temp as $function$
    begin
      if tg_op = 'TRUNCATE' then
        ${note} values ('${name}', null);
      elsif tg_op = 'INSERT' then
        ${note} select distinct '${name}', ${owner} from new_rows;
      elsif tg_op = 'DELETE' then
        ${note} select distinct '${name}', ${owner} from old_rows;
      else
        ${note} select '${name}', ${owner} from new_rows union select '${name}', ${owner} from old_rows;
      end if;
      return null;
    end $function$;
    revoke all on function %1$s.note_${name}_owners() from public;`;
}

const COMMON = `
  create table if not exists %1$s.fleet_queue (
    id bigint generated always as identity primary key,
    kind varchar not null,
    owner varchar(36)
  );
  create table if not exists %1$s.fleet_person (
    kind varchar not null,
    owner varchar(36) not null,
    days date[] not null,
    versions integer[] not null,
    due timestamp,
    primary key (owner, kind)
  );
  create index if not exists fleet_person_due on %1$s.fleet_person (due) where due is not null;
  create table if not exists %1$s.fleet_product (
    id integer generated always as identity primary key,
    kind varchar not null,
    app_product varchar not null,
    digest bytea not null,
    people bigint not null default 0,
    installations bigint not null default 0,
    clock_suspect bigint not null default 0,
    unique (kind, digest)
  );
  create table if not exists %1$s.fleet_version (
    id integer generated always as identity primary key,
    product integer not null,
    kind_of_version varchar not null,
    app_version varchar,
    digest bytea not null,
    unique (product, kind_of_version, digest)
  );
  create table if not exists %1$s.fleet_ledger (
    version integer not null,
    day date not null,
    people integer not null,
    primary key (version, day)
  );
  create table if not exists %1$s.fleet_build (
    kind varchar not null primary key,
    built boolean not null,
    walking boolean not null,
    walked_to varchar(36),
    done bigint not null,
    total bigint not null
  );
  create table if not exists %1$s.fleet_state (
    only_row boolean not null default true primary key check (only_row),
    round bigint not null,
    clock timestamp not null,
    as_of timestamp not null
  );
  insert into %1$s.fleet_build values ('mobile', false, false, null, 0, 0), ('desktop', false, false, null, 0, 0)
    on conflict do nothing;
  insert into %1$s.fleet_state (round, clock, as_of) values (0, '-infinity', '-infinity') on conflict do nothing;`;

/** Number of the fold's advisory lock. */
const FOLD_LOCK = 7_201_486_010;

const FORGET = `
  create or replace function %1$s.fleet_forget(person text) returns void
  language plpgsql set search_path = pg_catalog, %1$s, pg_temp as $function$
  begin
    perform pg_advisory_xact_lock(${FOLD_LOCK});
    update %1$s.fleet_state set round = round + 1;
    with gone as (delete from %1$s.fleet_person where owner = person returning days, versions),
    shares as (
      select abs(version) as version, day, -sum(sign(version))::integer as people
        from gone cross join unnest(versions, days) as change(version, day) group by abs(version), day
    )
    update %1$s.fleet_ledger l set people = l.people + shares.people from shares
     where l.version = shares.version and l.day = shares.day;
    delete from %1$s.fleet_ledger where people = 0;
    ${Object.entries(KINDS)
      .map(
        ([name, { owner }]) => `
    with gone as (delete from %1$s.fleet_${name} where ${owner} = person returning app_product, installations, clock_suspect)
    update %1$s.fleet_product p set people = p.people - 1, installations = p.installations - gone.installations,
           clock_suspect = p.clock_suspect - gone.clock_suspect
      from gone where p.kind = '${name}' and p.digest = sha256(convert_to(gone.app_product, 'UTF8'));
    update %1$s.fleet_${name} set created_by_ = 'erased' where left(created_by_, 64) = left(person, 64) and created_by_ = person and created_by_ <> ${owner};
    update %1$s.fleet_${name} set modified_by_ = 'erased' where left(modified_by_, 64) = left(person, 64) and modified_by_ = person and modified_by_ <> ${owner};`,
      )
      .join('')}
    delete from %1$s.fleet_queue where owner = person;
  end $function$;
  revoke all on function %1$s.fleet_forget(text) from public;`;
