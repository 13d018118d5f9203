import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { checkAnswers } from '../kit/check.ts';
import type { Cleanup } from '../kit/cleanup.ts';
import { type Contestant, migrate, startContestant } from '../kit/contestants.ts';
import { KINDS, OPERATION_TITLES, OPERATIONS } from '../kit/kinds.ts';
import { assertAllAnswered, takeSerials } from '../kit/load.ts';
import type { DatabaseEnvironment, Server } from '../kit/postgres.ts';
import { cpuMicroseconds } from '../kit/proc.ts';
import { templatesFor } from '../kit/requests.ts';
import { seed, settle } from '../kit/schema.ts';
import { figure, table } from '../kit/text.ts';
import { type Issuer, newIssuer } from '../kit/tokens.ts';
import { runWrk } from '../kit/wrk.ts';
import type { Options } from './options.ts';
import { startPgBouncer } from './pgbouncer.ts';

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
  const direct = await server.createDatabase(`steps_${title.replaceAll(/\W+/g, '_')}`);
  const pooler = pooled ? await startPgBouncer(direct, cleanup) : undefined;
  const issuer = newIssuer();
  const database: DatabaseEnvironment = pooler?.database ?? direct;
  const start = () => startContestant({ name: 'ours', server, database, issuer, folder: options.folder, cleanup });
  await migrate(database, issuer);
  const services = await Promise.all(Array.from({ length: processes }, start));
  const pool = server.connect(direct);
  await seed(pool, kind, POPULATION);
  const [service] = services;
  if (service) await checkAnswers(service, kind, OPERATIONS, issuer, [0, POPULATION.owners - 1]);

  const lines: StepRow[] = [];
  for (const operation of OPERATIONS) {
    await settle(pool, kind);
    await load(services, operation, issuer, { ...options, seconds: 1 });
    const postmaster = await postmasterOf(pool);
    const cpu = () => ({
      services: services.reduce((sum, { pid }) => sum + (cpuMicroseconds(pid) ?? 0), 0),
      postgres: childrenOf(postmaster).reduce((sum, pid) => sum + (cpuMicroseconds(pid) ?? 0), 0),
      pooler: pooler === undefined ? 0 : (cpuMicroseconds(pooler.pid) ?? 0),
    });
    const before = cpu();
    const requests = await load(services, operation, issuer, options);
    const after = cpu();
    const { rows } = await pool.query<{ count: string }>(
      'select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    const each = (part: keyof typeof before) => figure((after[part] - before[part]) / requests);
    lines.push([
      title,
      OPERATION_TITLES[operation],
      figure(requests / options.seconds),
      each('services'),
      each('postgres'),
      pooled ? each('pooler') : '',
      rows[0]?.count ?? '',
    ]);
  }
  for (const one of services) await one.stop();
  return lines;
}

/** @returns how many requests were answered, by all processes together */
async function load(
  services: readonly Contestant[],
  operation: (typeof OPERATIONS)[number],
  issuer: Issuer,
  { seconds, connections, folder }: Options,
): Promise<number> {
  const templates = templatesFor(kind, operation, POPULATION, issuer);
  const results = await Promise.all(
    services.map(async ({ port }, index) => {
      const own = `${folder}/load-${index}`;
      mkdirSync(own, { recursive: true });
      const share = Math.ceil(connections / services.length);
      const firstSerial = takeSerials();
      return runWrk({
        port,
        connections: share,
        seconds,
        templates,
        owners: POPULATION.owners,
        firstSerial,
        folder: own,
      });
    }),
  );
  for (const result of results) assertAllAnswered('the service', result);
  return results.reduce((sum, { requests }) => sum + requests, 0);
}

async function postmasterOf(pool: ReturnType<Server['connect']>): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  return parentOf(rows[0]?.pid ?? 0) ?? 0;
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isSafeInteger(pid) && parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
