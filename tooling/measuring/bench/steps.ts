import { mkdirSync } from 'node:fs';
import { freePort } from '../../../packages/adapters/src/postgres/embedded/free-port.ts';
import { startPgBouncerProcess } from '../../../packages/adapters/test/support/pgbouncer-process.ts';
import { checkAnswers } from '../kit/check.ts';
import type { Cleanup } from '../kit/cleanup.ts';
import { type Contestant, migrate, startContestant } from '../kit/contestants.ts';
import { KINDS, OPERATION_TITLES, OPERATIONS } from '../kit/kinds.ts';
import { assertAllAnswered, takeSerials } from '../kit/load.ts';
import type { DatabaseEnvironment, Server } from '../kit/postgres.ts';
import { cpuMicroseconds } from '../kit/proc.ts';
import { type RequestTemplate, templatesFor } from '../kit/requests.ts';
import { seed, settle } from '../kit/schema.ts';
import { figure, table } from '../kit/text.ts';
import { newIssuer } from '../kit/tokens.ts';
import { runWrk } from '../kit/wrk.ts';
import type { Options } from './options.ts';

const kind = KINDS.patient;
const POPULATION = { owners: 300, recordsPerOwner: 10 };
/**
 * The steps of docs/scaling.md. The CPU time that a request takes of each part says which of them runs short of cores
 * first, on a machine of any size.
 */
const STEPS = [
  { title: 'one process', processes: 1, pooled: false },
  { title: 'two processes', processes: 2, pooled: false },
  { title: 'two, through PgBouncer', processes: 2, pooled: true },
] as const;

/** A line of the table: a set-up, an operation, and what a request costs each part of it. */
export type StepRow = readonly string[];

/** Sends the same requests to each set-up, one after the other. */
export async function measureSteps(options: Options, server: Server, cleanup: Cleanup): Promise<StepRow[]> {
  const rows: StepRow[] = [];
  for (const step of STEPS) rows.push(...(await measure(step, options, server, cleanup)));
  return rows;
}

export function stepsReport(rows: readonly StepRow[]): string {
  const head = ['', 'operation', 'requests/s', 'service us', 'PostgreSQL us', 'PgBouncer us', 'its connections'];
  return table([head, ...rows]);
}

async function measure(
  { title, processes, pooled }: (typeof STEPS)[number],
  options: Options,
  server: Server,
  cleanup: Cleanup,
): Promise<StepRow[]> {
  const { folder } = options;
  const direct = await server.createDatabase(`steps_${title.replaceAll(/\W+/g, '_')}`);
  const pooler = pooled ? await startPgBouncer(direct, cleanup) : undefined;
  const issuer = newIssuer();
  const database = pooler?.database ?? direct;
  await migrate(database, issuer);
  const services = await Promise.all(
    Array.from({ length: processes }, () =>
      startContestant({ name: 'ours', server, database, issuer, folder, cleanup }),
    ),
  );
  const pool = server.connect(direct);
  await seed(pool, kind, POPULATION);
  const [service] = services;
  if (service) await checkAnswers(service, kind, OPERATIONS, issuer, [0, POPULATION.owners - 1]);

  const cpu = async () => {
    // The server's processes without a connection are in this view too.
    const { rows } = await pool.query<{ pid: number; connected: boolean }>(
      `select pid, (datname = current_database()) is true as connected
       from pg_stat_activity where pid <> pg_backend_pid()`,
    );
    return {
      services: cpuOf(services.map(({ pid }) => pid)),
      postgres: cpuOf(rows.map(({ pid }) => pid)),
      pooler: pooler === undefined ? 0 : cpuOf([pooler.pid]),
      connections: rows.filter(({ connected }) => connected).length,
    };
  };
  const lines: StepRow[] = [];
  for (const operation of OPERATIONS) {
    const templates = templatesFor(kind, operation, POPULATION, issuer);
    await settle(pool, kind);
    await load(services, templates, { ...options, seconds: 1 });
    const before = await cpu();
    const requests = await load(services, templates, options);
    const after = await cpu();
    const each = (part: 'services' | 'postgres' | 'pooler') => figure((after[part] - before[part]) / requests);
    lines.push([
      title,
      OPERATION_TITLES[operation],
      figure(requests / options.seconds),
      each('services'),
      each('postgres'),
      pooled ? each('pooler') : '',
      String(after.connections),
    ]);
  }
  for (const one of services) await one.stop();
  return lines;
}

/** Starts a PgBouncer in front of a database, at its own settings but for the transaction mode. */
async function startPgBouncer(direct: DatabaseEnvironment, cleanup: Cleanup) {
  const { DATABASE_HOST: host, DATABASE_PORT, DATABASE_USER: user, DATABASE_PASSWORD: password } = direct;
  const port = await freePort();
  const { pid, stop } = await startPgBouncerProcess({ port, server: { host, port: DATABASE_PORT, user, password } });
  cleanup.add(stop);
  const migrations = { DATABASE_MIGRATION_HOST: host, DATABASE_MIGRATION_PORT: DATABASE_PORT };
  return { pid, database: { ...direct, DATABASE_PORT: `${port}`, ...migrations } };
}

/** @returns how many requests were answered, by all processes together */
async function load(
  services: readonly Contestant[],
  templates: readonly RequestTemplate[],
  { seconds, connections, folder }: Options,
): Promise<number> {
  const share = Math.ceil(connections / services.length);
  const results = await Promise.all(
    services.map(({ port }, index) => {
      const own = `${folder}/load-${index}`;
      mkdirSync(own, { recursive: true });
      const { owners } = POPULATION;
      const firstSerial = takeSerials();
      return runWrk({ port, connections: share, seconds, templates, owners, firstSerial, folder: own });
    }),
  );
  for (const result of results) assertAllAnswered('the service', result);
  return results.reduce((sum, { requests }) => sum + requests, 0);
}

function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (cpuMicroseconds(pid) ?? 0), 0);
}
