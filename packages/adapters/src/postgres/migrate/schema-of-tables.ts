import type pg from 'pg';

/** Returns statements with the schema of the tables, quoted where it has to be, in place of `%1$s`. */
export async function inSchemaOfTables(client: pg.Client, statements: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ schema: string }>(
    `select relnamespace::regnamespace::text as schema from pg_class where oid = to_regclass('mobile')`,
  );
  return statements.map((statement) => statement.replaceAll('%1$s', () => rows[0]?.schema ?? ''));
}
