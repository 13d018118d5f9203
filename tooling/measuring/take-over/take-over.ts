import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Contestant, startService } from '../kit/contestants.ts';
import type { DatabaseEnvironment, Server } from '../kit/postgres.ts';
import { type IndexOnDisk, indexesOf, type Pool } from './tables.ts';
import type { Visitors } from './visitors.ts';

export interface TakingOver {
  readonly server: Server;
  readonly database: DatabaseEnvironment;
  readonly pool: Pool;
  readonly visitors: Visitors;
}

const INDEXES = 12;

/**
 * Starts the service on the original's database and waits for every index. During the build of the second one it kills the
 * service and the build, as a power failure would, and starts the service again.
 *
 * @returns what went wrong
 */
export async function takeOver({ server, database, pool, visitors }: TakingOver): Promise<string[]> {
  // Runs append to it.
  rmSync(join(server.folder, `${database.DATABASE_NAME}.log`), { force: true });
  const faults: string[] = [];
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const start = async (): Promise<Contestant> => {
    const service = await startService(server, database);
    visitors.address = `http://127.0.0.1:${service.port}`;
    console.log(`${seconds()} s: the service answers, ${Math.round(service.startMilliseconds)} ms after its start`);
    return service;
  };

  const first = await start();
  const tell = logReader(first.logFile, seconds);
  const [kept, interrupted] = await untilSecondIsBuilt(pool, tell);
  visitors.address = undefined;
  process.kill(first.pid, 'SIGKILL');
  // The server would keep building without the client: end the builder too, as a power failure would.
  await pool.query('select pg_terminate_backend(pid) from pg_stat_progress_create_index');
  tell();
  console.log(`${seconds()} s: killed the service and the build of ${interrupted.name}`);
  if ((await indexesOf(pool)).find(({ oid }) => oid === interrupted.oid)?.valid === true) {
    faults.push(`${interrupted.name} was complete before its build could be interrupted`);
  }

  await start();
  for (;;) {
    tell();
    const indexes = await indexesOf(pool);
    if (indexes.length === INDEXES && indexes.every(({ valid }) => valid)) {
      if (!indexes.some(({ oid }) => oid === kept.oid)) faults.push(`${kept.name}, complete, was built again`);
      if (indexes.some(({ oid }) => oid === interrupted.oid)) faults.push(`${interrupted.name} was not rebuilt`);
      break;
    }
    await sleep(200);
  }
  await sleep(500);
  tell();
  console.log(`${seconds()} s: every index is there`);
  return faults;
}

/** @returns the first index, complete, and the second, incomplete */
async function untilSecondIsBuilt(pool: Pool, tell: () => void): Promise<readonly [IndexOnDisk, IndexOnDisk]> {
  for (let turn = 0; ; turn += 1) {
    const [first, second] = await indexesOf(pool);
    if (first?.valid === true && second?.valid === false) return [first, second];
    if (second?.valid === true) throw new Error('the second index was built before it was seen: take more rows');
    if (turn % 50 === 0) tell();
    await sleep(10);
  }
}

/** Prints what the service's log says of migrations and indexes, each line once. */
function logReader(file: string, seconds: () => string): () => void {
  let read = 0;
  return () => {
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    for (const line of lines.slice(read)) {
      const { msg } = JSON.parse(line) as { readonly msg?: string };
      if (msg !== undefined && /^(index|migration|triggers) /.test(msg)) console.log(`${seconds()} s: ${msg}`);
    }
    read = lines.length;
  };
}
