import { setTimeout as sleep } from 'node:timers/promises';
import { KINDS } from '../../kit/kinds.ts';
import { cpuMicroseconds } from '../../kit/proc.ts';
import { templatesFor } from '../../kit/requests.ts';
import { sendLoad } from '../../kit/send-load.ts';
import { figure } from '../../kit/text.ts';
import { duration } from './findings.ts';
import type { Subject } from './subject.ts';

const FORGET = `
  truncate fleet_mobile, fleet_desktop, fleet_mobile_group, fleet_desktop_group, fleet_person, fleet_ledger, fleet_version,
    fleet_product, fleet_reading, fleet_reading_group, fleet_reading_serial, fleet_queue;
  update fleet_build set built = false, walking = false, walked_to = null, done = 0, total = 0;
  update fleet_state set as_of = '-infinity', clock = '-infinity';
  insert into fleet_queue (kind, owner) select kind, null from fleet_build`;

const RATE = 50;

/** Builds the fleet's state from all records again while the service serves, and times it. */
export async function measureBuild(subject: Subject): Promise<void> {
  const { service, options, note, rows } = subject;
  await service.pool.query(FORGET);
  const started = performance.now();
  const before = cpuMicroseconds(service.pid) ?? Number.NaN;
  const templates = templatesFor(KINDS.patient, 'latest', { owners: 1_000, recordsPerOwner: 1 });
  let slowest = 0;
  while (!(await isBuilt(subject))) {
    const { p99 } = await sendLoad(service, { templates, connections: 8, seconds: options.seconds, rate: RATE });
    slowest = Math.max(slowest, p99);
  }
  const took = performance.now() - started;
  const cpu = (cpuMicroseconds(service.pid) ?? Number.NaN) - before;
  note(
    `build of the state of ${figure(rows)} rows, while serving ${RATE} GETs/s`,
    `${duration(took)}, ${figure(cpu / 1e6)} s of the service's CPU; slowest p99 of these ${duration(slowest)}`,
    '10 million: < 180 s',
  );
}

/** Waits until search and reports answer. */
export async function whenBuilt(subject: Subject): Promise<void> {
  while (!(await isBuilt(subject))) await sleep(500);
}

async function isBuilt({ service }: Subject): Promise<boolean> {
  service.assertAlive();
  const { rows } = await service.pool.query<{ done: boolean }>(
    `select as_of > '-infinity' and not exists (select from fleet_build where walking or not built) as done from fleet_state`,
  );
  return rows[0]?.done === true;
}
