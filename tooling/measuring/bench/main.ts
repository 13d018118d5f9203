/**
 * The yardstick: how fast the service is beside others on one PostgreSQL, what reading costs, whether it stays fast as tables
 * grow, whether it leaks, and which part of it runs short of cores first. Prints tables and asserts right answers; no speed
 * is asserted anywhere.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine, machineLine } from '../kit/machine.ts';
import { startServer } from '../kit/postgres.ts';
import { runProgram } from '../kit/run-program.ts';
import { wrkVersion } from '../kit/wrk.ts';
import { measureFleets } from './fleet/measure-fleets.ts';
import { measureReplica } from './fleet/measure-replica.ts';
import { measureGrowth } from './growth.ts';
import { readOptions } from './options.ts';
import { measureSteps } from './scaling-steps.ts';
import { measureSoak } from './soak.ts';
import { measureSpeed } from './speed.ts';

await runProgram('bench', async (cleanup) => {
  const options = readOptions();
  mkdirSync(options.folder, { recursive: true });
  const server = await startServer(options.folder, cleanup, options.keep);
  const machine = describeMachine(server.version, wrkVersion);
  const startedAt = new Date().toISOString();
  console.log(`${machineLine(machine)}\n`);
  if (wrkVersion === undefined)
    console.log('wrk is missing (Debian: apt-get install wrk): the slower generator of fixed rates finds the peaks.\n');
  const keep = (name: string, results: object): void => {
    const file = join(options.folder, `${name}.json`);
    writeFileSync(file, `${JSON.stringify({ startedAt, machine, ...results }, null, 2)}\n`);
    console.log(`\nAll figures: ${file}`);
  };
  const readsOrExports = options.reads || options.export;
  if (readsOrExports) return keep('fleet', await measureFleets(options, server));
  if (options.replica) return keep('replica', await measureReplica(options, server));
  if (options.rows) keep('growth', await measureGrowth({ ...options, rows: options.rows }, server));
  if (options.memory) keep('memory', await measureSoak(options, server, options.memory));
  if (options.steps) keep('steps', await measureSteps(options, server));
  if (options.rows || options.memory || options.steps) return;
  keep('speed', await measureSpeed(options, server, `${startedAt.slice(0, 10)}`, machineLine(machine)));
});
