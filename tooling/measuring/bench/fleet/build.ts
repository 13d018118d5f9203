import { setTimeout as sleep } from 'node:timers/promises';
import { KINDS } from '../../kit/kinds.ts';
import { assertAllAnswered, takeSerials } from '../../kit/load.ts';
import { runAtRate } from '../../kit/open-loop.ts';
import { cpuMicroseconds } from '../../kit/proc.ts';
import { templatesFor } from '../../kit/requests.ts';
import { figure } from '../../kit/text.ts';
import { duration } from './findings.ts';
import type { Subject } from './subject.ts';

const FORGET = `
  truncate fleet_mobile, fleet_desktop, fleet_mobile_group, fleet_desktop_group, fleet_person, fleet_ledger, fleet_version,
    fleet_product, fleet_queue;
  update fleet_build set built = false, walking = false, walked_to = null, done = 0, total = 0;
  update fleet_state set as_of = '-infinity', clock = '-infinity';
  insert into fleet_queue (kind, owner) select kind, null from fleet_build`;

const RATE = 50;

/** Builds the fleet's state from all records again while the service serves, and times it. */
export async function measureBuild(subject: Subject): Promise<void> {
  const { pool, service, issuer, options, note, rows } = subject;
  await pool.query(FORGET);
  const started = performance.now();
  const before = cpuMicroseconds(service.pid) ?? Number.NaN;
  const templates = templatesFor(KINDS.patient, 'latest', { owners: 1_000, recordsPerOwner: 1 }, issuer);
  const load = {
    port: service.port,
    connections: 8,
    seconds: options.seconds,
    templates,
    owners: 1_000,
    folder: options.folder,
  };
  let slowest = 0;
  while (!(await isBuilt(subject))) {
    const result = await runAtRate({ ...load, firstSerial: takeSerials() }, RATE);
    assertAllAnswered('GET latest during the build', result);
    slowest = Math.max(slowest, result.p99);
  }
  const took = performance.now() - started;
  note(
    `build of the state of ${figure(rows)} rows, while serving ${RATE} GETs/s`,
    `${duration(took)}, ${figure(((cpuMicroseconds(service.pid) ?? Number.NaN) - before) / 1e6)} s of the service's CPU; slowest p99 of these ${duration(slowest)}`,
    '10 million: < 180 s',
  );
}

/** Waits until search and reports answer. */
export async function whenBuilt(subject: Subject): Promise<void> {
  while (!(await isBuilt(subject))) await sleep(500);
}

async function isBuilt({ pool, service }: Subject): Promise<boolean> {
  service.assertAlive();
  const { rows } = await pool.query<{ done: boolean }>(
    `select as_of > '-infinity' and not exists (select from fleet_build where walking or not built) as done from fleet_state`,
  );
  return rows[0]?.done === true;
}
