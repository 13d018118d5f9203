import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, databaseServers, type TestDatabase } from '../support/databases.js';
import { openSession, runSql } from '../support/sql.js';

const TABLES = [
  'create table person (id int, owner varchar(36) not null, primary key (id, owner))',
  'create table visit (id int, owner varchar)',
  `create function noted() returns trigger language plpgsql as 'begin return null; end'`,
];
const DISTRIBUTED = [
  ...TABLES,
  `select create_distributed_table('person', 'owner')`,
  `select create_distributed_table('visit', 'owner', colocate_with => 'person')`,
  `insert into visit values (1, 'ann')`,
];
const OFF = 'set citus.enable_unsafe_triggers = off';

/** What Citus refuses while a table is distributed. */
const REFUSED_TABLES: [string, readonly string[]][] = [
  ['cannot create constraint on "visit"', ['alter table visit add primary key (id)']],
  ['creating unique indexes on non-partition columns', ['create unique index on visit (id)']],
  ['is FOR EACH STATEMENT', ['create trigger t after insert on visit execute function noted()']],
  ['because it has triggers', ['create trigger t after insert on visit for each row execute function noted()', OFF]],
  ['the partition column of table visit cannot be NULL', ['insert into visit values (1, null)']],
  ['is already distributed', [`select create_distributed_table('visit', 'owner')`]],
];

/** What Citus refuses on a distributed table. */
const REFUSED_STATEMENTS: [string, readonly string[]][] = [
  ['INSERT with NULL in the partition column', ['insert into visit values (1, null)']],
  ['modifying the partition value of rows is not allowed', [`update visit set owner = 'bob'`]],
  ['creating unique indexes on non-partition columns', ['create unique index on visit (id)']],
  ['cannot create constraint on "visit"', ['alter table visit add primary key (id)']],
  ['cannot execute multiple utility events', ['create index on visit (id); create index on visit (owner)']],
  ['involving partition column', ['alter table visit drop column owner']],
  ['involving partition column', ['alter table visit alter owner type text']],
  ['is FOR EACH STATEMENT', ['create trigger t after insert on visit execute function noted()']],
  ['a TRUNCATE trigger', ['create trigger t after truncate on visit execute function noted()']],
  [
    'with a transition table',
    ['create trigger t after insert on visit referencing new table as n for each row execute function noted()'],
  ],
  ['triggers are not supported', [OFF, 'create trigger t after insert on visit for each row execute function noted()']],
  [
    'triggers are not supported',
    ['create trigger t after insert on visit for each row execute function noted()', OFF, 'drop trigger t on visit'],
  ],
];

describe.each(databaseServers())('the stand-in for Citus on $name', (server) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(server);
    await runSql(database.direct, 'create extension citus');
  });
  afterAll(() => database.drop());

  /** Runs statements in a transaction that comes to nothing. @returns the rows of the last one */
  async function run(...statements: readonly string[]): Promise<unknown[]> {
    const client = await openSession(database.direct);
    try {
      let rows: unknown[] = [];
      for (const statement of ['begin', ...statements]) ({ rows } = await client.query(statement));
      return rows;
    } finally {
      await client.end();
    }
  }

  it.each(REFUSED_TABLES)('refuses to distribute a table: %s', async (message, statements) => {
    const distribute = `select create_distributed_table('visit', 'owner')`;
    await expect(run(...TABLES, ...statements, distribute)).rejects.toThrow(message);
  });

  it.each(REFUSED_STATEMENTS)('refuses on a distributed table: %s', async (message, statements) => {
    await expect(run(...DISTRIBUTED, ...statements)).rejects.toThrow(message);
  });

  it('refuses to colocate what is hashed by another type', async () => {
    const text = 'create table note (owner text)';
    const distribute = `select create_distributed_table('note', 'owner', colocate_with => 'person')`;
    await expect(run(...DISTRIBUTED, text, distribute)).rejects.toThrow('cannot colocate tables person and note');
  });

  it('takes what Citus takes, and says of each table how it is distributed', async () => {
    const rows = await run(
      ...DISTRIBUTED,
      'create index on visit (id)',
      'alter table visit add primary key (id, owner)',
      'create trigger t after insert or update on visit for each row execute function noted()',
      `update visit set id = 2, owner = 'ann'`,
      'drop trigger t on visit',
      'truncate visit',
      `select logicalrelid::text as table, partmethod as method, colocationid = min(colocationid) over () as together,
              column_to_column_name(logicalrelid, partkey) as column from pg_dist_partition order by 1`,
    );
    const each = { method: 'h', column: 'owner', together: true };
    expect(rows).toEqual([
      { table: 'person', ...each },
      { table: 'visit', ...each },
    ]);
  });

  it('runs commands on two workers, which may be set up otherwise than the coordinator', async () => {
    const settings = database.direct;
    const ask = `select nodename, success, result from run_command_on_workers('show citus.enable_unsafe_triggers')`;
    const answers = (result: string) =>
      ['worker-1', 'worker-2'].map((nodename) => ({ nodename, success: true, result }));
    expect(await runSql(settings, ask)).toEqual(answers('on'));
    await runSql(settings, `alter database ${settings.database} set citus_stub.unsafe_triggers_on_workers = off`);
    expect(await runSql(settings, ask)).toEqual(answers('off'));
    expect(await runSql(settings, 'show citus.enable_unsafe_triggers')).toEqual([
      { 'citus.enable_unsafe_triggers': 'on' },
    ]);
  });
});
