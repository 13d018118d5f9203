import { describe, expect, inject, it } from 'vitest';
import { type BadStatement, checkFunction } from '../support/citus/limits/check-function.js';
import { databaseServers, migratedDatabase } from '../support/databases.js';
import { runSql } from '../support/sql.js';

/** Functions that Citus runs: those of the triggers of distributed tables, with the owner's column, and all that are no trigger's. */
const FUNCTIONS = `
  select p.proname::text as name, lanname::text as language, pg_get_functiondef(p.oid) as definition, prosrc as body,
         array_agg(distinct column_to_column_name(logicalrelid, partkey)) filter (where logicalrelid is not null) as owners
    from pg_proc p join pg_language l on l.oid = prolang
    left join pg_trigger on tgfoid = p.oid and not tgisinternal
    left join pg_dist_partition on logicalrelid = tgrelid
   where pronamespace = 'public'::regnamespace and (prorettype <> 'trigger'::regtype or logicalrelid is not null)
   group by p.oid, lanname`;

describe.each(databaseServers())('the functions of a database on $name', (server) => {
  it('keep within the limits of Citus', async () => {
    const catalogue = inject('catalogue');
    if (catalogue === undefined) throw new Error('the databases of this run are not distributed');
    const functions = await runSql(await migratedDatabase(server), FUNCTIONS);
    expect(functions.filter(({ owners }) => owners !== null)).toHaveLength(6);
    const tables = Object.keys(catalogue.tables).filter((table) => catalogue.tables[table]?.owner !== undefined);
    const bad: Record<string, readonly BadStatement[]> = {};
    for (const { name, language, definition, body, owners } of functions) {
      if (language === 'plpgsql') {
        const row = (owners as string[] | null)?.flatMap((owner) => [`new.${owner}`, `old.${owner}`]);
        const found = checkFunction(String(definition), catalogue, row && { owners: row });
        if (found.length > 0) bad[String(name)] = found;
      } else if (tables.some((table) => String(body).includes(table))) {
        bad[String(name)] = [{ statement: String(body), limits: ['sqlFunction'] }];
      }
    }
    expect(bad).toEqual({});
  });
});
