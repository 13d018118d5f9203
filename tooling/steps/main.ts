/**
 * `npm run bench-steps`: what the steps of docs/scaling.md cost. The same requests go to one process of the service, to
 * two, and to two through PgBouncer; printed is how much CPU time a request takes of the service, of PostgreSQL and of
 * PgBouncer, for that says which of them will be short of cores first, on a machine of any size.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkAnswers } from '../bench/src/check.ts';
import { Cleanup } from '../bench/src/cleanup.ts';
import { type Contestant, migrate, startContestant } from '../bench/src/contestants.ts';
import { KINDS, OPERATION_TITLES, OPERATIONS } from '../bench/src/kinds.ts';
import { assertAllAnswered, takeSerials } from '../bench/src/load.ts';
import { describeMachine, machineLine } from '../bench/src/machine.ts';
import { type DatabaseEnvironment, type Server, startServer } from '../bench/src/postgres.ts';
import { cpuMicroseconds } from '../bench/src/proc.ts';
import { templatesFor } from '../bench/src/requests.ts';
import { seed, settle } from '../bench/src/schema.ts';
import { figure, table } from '../bench/src/text.ts';
import { type Issuer, newIssuer } from '../bench/src/tokens.ts';
import { runWrk, wrkVersion } from '../bench/src/wrk.ts';
import { startPgBouncer } from './pgbouncer.ts';

const USAGE = `npm run bench-steps -- [--seconds 5] [--connections 32] [--folder .data/steps]`;

const kind = KINDS.patient;
const POPULATION = { owners: 300, recordsPerOwner: 10 };
const STEPS = [
  { title: 'one process', processes: 1, pooled: false },
  { title: 'two processes', processes: 2, pooled: false },
  { title: 'two, through PgBouncer', processes: 2, pooled: true },
] as const;

interface Options {
  readonly seconds: number;
  readonly connections: number;
  readonly folder: string;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '32' },
      folder: { type: 'string', default: '.data/steps' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const options = {
    seconds: Number(values.seconds),
    connections: Number(values.connections),
    folder: values.folder,
  };
  mkdirSync(options.folder, { recursive: true });
  const cleanup = new Cleanup();
  process.once('SIGINT', () => void cleanup.run().finally(() => process.exit(130)));
  try {
    const wrk = await wrkVersion();
    if (wrk === undefined) throw new Error('wrk is missing (Debian: apt-get install wrk)');
    const server = await startServer(options.folder, cleanup);
    console.log(`${machineLine(describeMachine(server.version, wrk))}\n`);
    const lines: string[][] = [];
    for (const step of STEPS) lines.push(...(await measure(step, options, server, cleanup)));
    console.log(
      table([
        ['', 'operation', 'requests/s', 'service us', 'PostgreSQL us', 'PgBouncer us', 'its connections'],
        ...lines,
      ]),
    );
  } finally {
    await cleanup.run();
  }
}

async function measure(
  { title, processes, pooled }: (typeof STEPS)[number],
  options: Options,
  server: Server,
  cleanup: Cleanup,
): Promise<string[][]> {
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

  const lines: string[][] = [];
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

await main();
