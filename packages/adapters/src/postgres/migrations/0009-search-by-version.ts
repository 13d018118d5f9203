import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Frozen: never edit what has run on a database. It imports none of our code, because that keeps changing.

/** Each table of current installations: whose they are, and the version of their system. */
const KINDS: Readonly<Record<string, { readonly owner: string; readonly system: string }>> = {
  mobile: { owner: 'patient_id', system: 'phone_os_version' },
  desktop: { owner: 'clinician_id', system: 'desktop_os_version' },
};

/**
 * Search reads the people of one version, or of one version of the system, in the order of a page from an index alone.
 *
 * - `version` is the number of product and version in `fleet_version`, `system` the first 64 characters of the system's
 *   version.
 * - An index in one direction serves the other as well, read backwards.
 *
 * What was built before is built again.
 */
export const searchByVersion: Migration = {
  async up(db: Kysely<unknown>) {
    await inSchemaOfTables(db, [
      ...Object.entries(KINDS).map(
        ([name, { owner }]) => `
        truncate %1$s.fleet_${name}, %1$s.fleet_${name}_group;
        drop index if exists %1$s.fleet_${name}_since_up, %1$s.fleet_${name}_seen_up, %1$s.fleet_${name}_version, %1$s.fleet_${name}_system;
        alter table %1$s.fleet_${name} add column if not exists version integer not null,
          add column if not exists system varchar collate "C" not null;
        create index if not exists fleet_${name}_since_down on %1$s.fleet_${name} (since desc, ${owner} collate "C");
        create index if not exists fleet_${name}_seen_down on %1$s.fleet_${name} (last_seen desc, ${owner} collate "C");
        create index if not exists fleet_${name}_device on %1$s.fleet_${name} (left(unique_device_code, 64));
        create index if not exists fleet_${name}_version_since on %1$s.fleet_${name} (version, since desc, ${owner} collate "C");
        create index if not exists fleet_${name}_version_seen on %1$s.fleet_${name} (version, last_seen desc, ${owner} collate "C");
        create index if not exists fleet_${name}_system_since on %1$s.fleet_${name} (system, since desc, ${owner} collate "C") include (version);
        create index if not exists fleet_${name}_system_seen on %1$s.fleet_${name} (system, last_seen desc, ${owner} collate "C") include (version);`,
      ),
      `truncate %1$s.fleet_person, %1$s.fleet_ledger, %1$s.fleet_version, %1$s.fleet_product;
       update %1$s.fleet_build set built = false, walking = false, walked_to = null;
       update %1$s.fleet_state set as_of = '-infinity';
       insert into %1$s.fleet_queue (kind, owner) select kind, null from %1$s.fleet_build;`,
    ]);
  },

  async down(db: Kysely<unknown>) {
    await inSchemaOfTables(
      db,
      Object.entries(KINDS).map(
        ([name, { owner, system }]) => `
        alter table %1$s.fleet_${name} drop column version, drop column system;
        create index if not exists fleet_${name}_since_up on %1$s.fleet_${name} (since, ${owner} collate "C");
        create index if not exists fleet_${name}_seen_up on %1$s.fleet_${name} (last_seen, ${owner} collate "C");
        create index if not exists fleet_${name}_version on %1$s.fleet_${name} (left(app_version, 64));
        create index if not exists fleet_${name}_system on %1$s.fleet_${name} (left(${system}, 64));`,
      ),
    );
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
