import { describe, expect, it } from 'vitest';
import { FLEET_NOTE } from '../src/postgres/distribute/distributed-tables.js';
import { DISTRIBUTED_ID_COLUMNS, ID_COLUMNS, OTHER_COLUMNS } from '../src/postgres/person/id-columns.js';
import { databaseServers, migratedDatabase } from './support/databases.js';
import { runSql } from './support/sql.js';

describe.each(databaseServers())('the places that hold ids of people ($name)', (server) => {
  /** Columns that can hold a text: of a type that is one, or can have one in it. Kysely's own tables name migrations. */
  const TEXTS = `
    select relname as table, attname as column
      from pg_attribute join pg_class on pg_class.oid = attrelid join pg_type on pg_type.oid = atttypid
      left join pg_type element on element.oid = pg_type.typelem and pg_type.typcategory = 'A'
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'm') and attnum > 0 and not attisdropped
       and relname !~ '^kysely_'
       and (coalesce(element.typcategory, pg_type.typcategory) in ('S', 'C')
            or coalesce(element.typname, pg_type.typname) in ('json', 'jsonb', 'bytea', 'uuid', 'hstore', 'xml'))
     order by 1, 2`;
  // A table of notes is only where the records are distributed.
  const idColumns = server.distributed ? [...ID_COLUMNS, ...DISTRIBUTED_ID_COLUMNS] : ID_COLUMNS;
  const others = Object.entries(OTHER_COLUMNS).filter(([table]) => server.distributed || table !== FLEET_NOTE);
  const listed = [...idColumns, ...others.flatMap(([table, columns]) => columns.map((column) => ({ table, column })))];
  const names = (columns: readonly { readonly table: unknown; readonly column: unknown }[]) =>
    columns.map(({ table, column }) => `${table}.${column}`).sort();

  it('are listed: every column that could hold one says whether it does', async () => {
    const settings = await migratedDatabase(server);
    const columns = (await runSql(settings, TEXTS)) as { table: string; column: string }[];
    expect(names(columns)).toEqual(names(listed));
    await runSql(settings, 'alter table fleet_product add column noted_by varchar[]', 'create table note (by text)');
    const more = names((await runSql(settings, TEXTS)) as { table: string; column: string }[]);
    expect(more.filter((name) => !names(listed).includes(name))).toEqual(['fleet_product.noted_by', 'note.by']);
  });

  it('are found by existing indexes', async () => {
    const settings = await migratedDatabase(server);
    const rows = await runSql(
      settings,
      `select relname as name from pg_index join pg_class on pg_class.oid = indexrelid
        where indisvalid and relnamespace = 'public'::regnamespace`,
    );
    const indexes = new Set(rows.map(({ name }) => name));
    const missing = idColumns.filter(({ foundBy }) => /^\w+$/.test(foundBy) && !indexes.has(foundBy));
    expect(missing).toEqual([]);
  });
});
