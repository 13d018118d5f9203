import { freePort } from '../../../packages/adapters/src/postgres/embedded/free-port.ts';
import { startPgBouncerProcess } from '../../../packages/adapters/test/support/pgbouncer-process.ts';
import { checkAnswers } from '../kit/check.ts';
import { type Contestant, migrate, startService } from '../kit/contestants.ts';
import { costOf } from '../kit/cost.ts';
import { KINDS, OPERATION_TITLES, OPERATIONS } from '../kit/kinds.ts';
import type { DatabaseEnvironment, Server } from '../kit/postgres.ts';
import { type RequestTemplate, templatesFor } from '../kit/requests.ts';
import { seed, settle } from '../kit/schema.ts';
import { sendLoad } from '../kit/send-load.ts';
import { figure, table } from '../kit/text.ts';
import { wrkVersion } from '../kit/wrk.ts';
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
const COLUMNS = ['', 'operation', 'requests/s', 'service us', 'PostgreSQL us', 'PgBouncer us', 'its connections'];

/** Sends the same requests to each set-up, one after the other. */
export async function measureSteps(options: Options, server: Server): Promise<{ steps: string[][] }> {
  if (wrkVersion === undefined) throw new Error('--steps needs wrk (Debian: apt-get install wrk)');
  const steps: string[][] = [];
  for (const step of STEPS) steps.push(...(await measure(step, options, server)));
  console.log(table([COLUMNS, ...steps]));
  return { steps };
}

async function measure(
  { title, processes, pooled }: (typeof STEPS)[number],
  options: Options,
  server: Server,
): Promise<string[][]> {
  const direct = await server.createDatabase(`steps_${title.replaceAll(/\W+/g, '_')}`);
  const pooler = pooled ? await startPgBouncer(direct, server) : undefined;
  const database = pooler?.database ?? direct;
  await migrate(database);
  const services = await Promise.all(Array.from({ length: processes }, () => startService(server, database)));
  const pool = server.connect(direct);
  await seed(pool, kind, POPULATION);
  const [service] = services;
  if (service) await checkAnswers(service, kind, OPERATIONS, [0, POPULATION.owners - 1]);

  const parts = { services: services.map(({ pid }) => pid), pooler: pooler === undefined ? [] : [pooler.pid] };
  const lines: string[][] = [];
  for (const operation of OPERATIONS) {
    const templates = templatesFor(kind, operation, POPULATION);
    await settle(pool, kind);
    await load(services, templates, { ...options, seconds: 1 });
    const { result: requests, cost } = await costOf(pool, parts, () => load(services, templates, options));
    const { rows: connections } = await pool.query(
      'select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    const [ofServices, ofPostgres, ofPooler] = [cost.services, cost.postgres, cost.pooler].map((all) =>
      figure(all / requests),
    );
    const rate = figure(requests / options.seconds);
    lines.push([
      title,
      OPERATION_TITLES[operation],
      rate,
      ...[ofServices, ofPostgres, pooled ? ofPooler : ''].map(String),
      `${connections.length}`,
    ]);
  }
  for (const one of services) await one.stop();
  return lines;
}

/** Starts a PgBouncer in front of a database, at its own settings but for the transaction mode. */
async function startPgBouncer(direct: DatabaseEnvironment, { cleanup }: Server) {
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
  { seconds, connections }: Pick<Options, 'seconds' | 'connections'>,
): Promise<number> {
  const share = Math.ceil(connections / services.length);
  const sending = services.map((service) => sendLoad(service, { templates, connections: share, seconds }));
  return (await Promise.all(sending)).reduce((sum, { requests }) => sum + requests, 0);
}
