import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { runAtRate } from './autocannon.ts';
import { checkAnswers } from './check.ts';
import type { Cleanup } from './cleanup.ts';
import { becomeHealthy, type Contestant, startContestant } from './contestants.ts';
import { type Kind, OPERATION_TITLES, type Operation, operationsOf } from './kinds.ts';
import { assertAllAnswered, takeSerials } from './load.ts';
import type { Options } from './options.ts';
import { seedStatement } from './population.ts';
import type { DatabaseEnvironment, Server } from './postgres.ts';
import { type RequestTemplate, templatesFor } from './requests.ts';
import { settle } from './schema.ts';
import { figure, progressBar, table } from './text.ts';
import { type Issuer, newIssuer } from './tokens.ts';

const RECORDS_PER_OWNER = 10;
/** As many owners are asked for at every size, so that the caches of tokens and statements are as warm at each. */
const OWNERS_ASKED = 1000;
const CROWDED_OWNER = 'crowded';
const CROWDED_RECORDS = 100_000;
const CHUNK = 100_000;

/** Who is asked about at one size of the table. */
interface Audience {
  readonly title: string;
  readonly templates: (operation: Operation) => readonly RequestTemplate[];
  readonly owners: number;
}

/** One row of the result: the milliseconds that half of the requests took at most. */
export interface GrowthFigure {
  readonly kind: Kind['name'];
  readonly rows: number;
  readonly audience: string;
  readonly operation: Operation;
  readonly p50: number;
  readonly p99: number;
}

/** Times every operation of the service on tables of several sizes, and for a crowded owner beside an ordinary one. */
export async function measureGrowth(
  options: Options,
  server: Server,
  cleanup: Cleanup,
): Promise<readonly GrowthFigure[]> {
  const figures: GrowthFigure[] = [];
  for (const rows of options.rows) {
    const name = `bench_rows_${rows}`;
    const database = await server.createDatabase(name);
    const start = (issuer: Issuer): Promise<Contestant> =>
      startContestant({ name: 'ours', server, database, issuer, folder: options.folder, cleanup });
    const issuer = newIssuer();
    // The service makes its own tables; they are filled while it is away.
    const migrating = await start(issuer);
    await becomeHealthy(migrating);
    await migrating.stop();
    for (const kind of options.kinds) await load(server, database, kind, rows);
    const contestant = await start(issuer);
    process.stderr.write(`${figure(rows)} rows: first answer after ${figure(contestant.startMilliseconds)} ms\n`);
    for (const kind of options.kinds) {
      const operations = operationsOf(kind, options.operations);
      await checkAnswers(contestant, kind, operations, issuer, [0, Math.floor(rows / RECORDS_PER_OWNER) - 2]);
      for (const audience of audiences(kind, rows, issuer)) {
        for (const operation of operations) {
          const templates = audience.templates(operation);
          figures.push({
            kind: kind.name,
            rows,
            audience: audience.title,
            operation,
            ...(await measure(contestant, kind, options, templates, audience.owners)),
          });
        }
      }
    }
    await contestant.stop();
    await server.dropDatabase(name);
  }
  return figures;
}

/** Ordinary owners from all over the table, and one with a hundred thousand records. */
function audiences(kind: Kind, rows: number, issuer: Issuer): Audience[] {
  const owners = Math.floor(rows / RECORDS_PER_OWNER);
  const asked = Math.min(OWNERS_ASKED, owners);
  const spread = Array.from({ length: asked }, (_, index) => Math.floor((index * owners) / asked));
  const audience = (title: string, names: readonly (string | number)[], recordsPerOwner: number): Audience => ({
    title,
    owners: names.length,
    templates: (operation) => templatesFor(kind, operation, { owners: names.length, recordsPerOwner }, issuer, names),
  });
  return [
    audience(`owners of ${RECORDS_PER_OWNER} records`, spread, RECORDS_PER_OWNER),
    audience(`one owner of ${figure(CROWDED_RECORDS)} records`, [CROWDED_OWNER], CROWDED_RECORDS),
  ];
}

/** Fills a table without its indexes, which are then built in one go: minutes instead of an hour at ten million rows. */
async function load(server: Server, database: DatabaseEnvironment, kind: Kind, rows: number): Promise<void> {
  const pool = server.connect(database);
  const client = await pool.connect();
  try {
    await client.query("set synchronous_commit = off; set maintenance_work_mem = '512MB'");
    const { rows: indexes } = await client.query<{ name: string; definition: string; constraint: string | null }>(
      `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition, c.conname as constraint
       from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'p'
       where i.indrelid = $1::regclass`,
      [kind.table],
    );
    for (const { name, constraint } of indexes) {
      await client.query(
        constraint === null ? `drop index ${name}` : `alter table ${kind.table} drop constraint ${constraint}`,
      );
    }
    const show = progressBar(`${kind.name}: ${figure(rows)} rows`);
    for (let from = 0; from < rows; from += CHUNK) {
      const to = Math.min(from + CHUNK, rows) - 1;
      await client.query(seedStatement(kind), [from, to, RECORDS_PER_OWNER]);
      show(to + 1, rows);
    }
    await client.query(seedStatement(kind, `'${CROWDED_OWNER}'`), [0, CROWDED_RECORDS - 1, CROWDED_RECORDS]);
    const showIndex = progressBar(`${kind.name}: ${indexes.length} indexes`);
    for (const [done, { definition, constraint }] of indexes.entries()) {
      await client.query(constraint === null ? definition : `alter table ${kind.table} add primary key (uuid)`);
      showIndex(done + 1, indexes.length);
    }
  } finally {
    client.release();
  }
  await settle(pool, kind);
}

async function measure(
  contestant: Contestant,
  kind: Kind,
  options: Options,
  templates: readonly RequestTemplate[],
  owners: number,
): Promise<{ p50: number; p99: number }> {
  const send = (seconds: number) =>
    runAtRate(
      {
        port: contestant.port,
        connections: options.connections,
        seconds,
        templates: templates.slice(0, options.rate * options.seconds),
        owners,
        firstSerial: takeSerials(),
        folder: options.folder,
      },
      options.rate,
    );
  await settle(contestant.pool, kind);
  // Once through all of them: what differs then is the way to a row, not which rows happen to be in memory.
  assertAllAnswered(contestant.name, await send(options.seconds));
  const scansBefore = await sequentialScans(contestant.pool, kind);
  const result = await send(options.seconds);
  assertAllAnswered(contestant.name, result);
  const scans = (await sequentialScans(contestant.pool, kind)) - scansBefore;
  if (scans > 0) throw new Error(`${scans} of ${result.requests} requests read the whole table ${kind.table}`);
  contestant.assertAlive();
  contestant.truncateLog();
  return { p50: result.p50, p99: result.p99 };
}

/** How often the table has been read from end to end. Other sessions report what they did a second later at most. */
async function sequentialScans(pool: pg.Pool, kind: Kind): Promise<number> {
  await sleep(1500);
  const { rows } = await pool.query<{ scans: number }>(
    'select seq_scan::integer as scans from pg_stat_user_tables where relname = $1',
    [kind.table],
  );
  return rows[0]?.scans ?? 0;
}

/** p50 in milliseconds, and in parentheses as a multiple of what it is in the first column. */
export function growthReport(figures: readonly GrowthFigure[]): string {
  const sizes = [...new Set(figures.map(({ rows }) => rows))];
  const lines = Map.groupBy(figures, (one) => `${OPERATION_TITLES[one.operation]} (${one.kind}), ${one.audience}`);
  return table([
    ['p50 in ms (of the first)', ...sizes.map((rows) => `${figure(rows)} rows`)],
    ...[...lines].map(([title, line]) => {
      const first = line[0]?.p50 ?? Number.NaN;
      return [title, ...line.map(({ p50 }) => `${figure(p50)} (${figure(p50 / first)})`)];
    }),
  ]);
}
