import { describe, expect, it } from 'vitest';
import { migrateUp } from '../src/index.js';
import {
  ERASED_TABLE_NAMES,
  IDEMPOTENCY_KEY,
  KEPT_TABLE_NAMES,
  RECORD_TABLES,
  REVISION_TABLE_NAMES,
} from '../src/postgres/tables.js';
import { databaseServers, freshDatabase } from './support/databases.js';
import { runSql } from './support/sql.js';

describe.each(databaseServers())('the description of the tables ($name)', (server) => {
  it('is what the migrations make: the tables, their columns, types and order', async () => {
    const settings = await freshDatabase(server);
    await migrateUp(settings);
    const rows = await runSql(
      settings,
      `select relname as table, attname as column, format_type(atttypid, atttypmod) as type, not attnotnull as nullable
         from pg_class join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped
        order by relname, attnum`,
    );
    const tables = Map.groupBy(rows, ({ table }) => String(table));
    const ours = [...tables.keys()].filter((name) => !name.startsWith('kysely_'));
    expect(ours).toEqual([...ERASED_TABLE_NAMES, ...KEPT_TABLE_NAMES].sort());
    for (const { name, definition } of [...RECORD_TABLES, IDEMPOTENCY_KEY]) {
      const described = Object.entries(definition).map(([column, { type, isNullable }]) => {
        return { table: name, column, type, nullable: isNullable };
      });
      expect(tables.get(name)).toEqual(described);
    }
  });

  it('knows that revisions have every column of their table', async () => {
    const settings = await freshDatabase(server);
    await migrateUp(settings);
    for (const [index, name] of REVISION_TABLE_NAMES.entries()) {
      const columns = await runSql(
        settings,
        `select attname as name from pg_attribute where attrelid = '${name}'::regclass and attnum > 0`,
      );
      const names = columns.map((column) => column['name']);
      expect(names).toEqual(expect.arrayContaining(Object.keys(RECORD_TABLES[index]?.definition ?? {})));
    }
  });
});
