import { setTimeout as sleep } from 'node:timers/promises';
import { type Contestant, migrate, startContestant } from '../../kit/contestants.ts';
import { collectionPath, KINDS, OPERATION_TITLES, type Operation } from '../../kit/kinds.ts';
import { assertAllAnswered, type Load, takeSerials } from '../../kit/load.ts';
import { runAtRate, runClosedLoop } from '../../kit/open-loop.ts';
import { ownerId, type Population } from '../../kit/population.ts';
import { cpuMicroseconds } from '../../kit/proc.ts';
import { templatesFor } from '../../kit/requests.ts';
import { removeAdded, seed } from '../../kit/schema.ts';
import { ratioOf, spreadOf } from '../../kit/statistics.ts';
import { figure, spreadText } from '../../kit/text.ts';
import { signToken } from '../../kit/tokens.ts';
import { runWrk, wrkVersion } from '../../kit/wrk.ts';
import { duration } from './findings.ts';
import { REPORT_PATHS } from './reports.ts';
import { read, type Subject } from './subject.ts';

const kind = KINDS.patient;
const POPULATION: Population = { owners: 300, recordsPerOwner: 10 };
const GOALS: Readonly<Partial<Record<Operation, string>>> = { post: '>= 0.97', patch: '>= 0.93' };
const RATE = 200;
const AT_ONCE = 20;

/** POST and PATCH on a database with the triggers and on one without, side by side. */
export async function measureTriggers(subject: Subject): Promise<void> {
  const [without, with_] = [await startSide(subject, 'without', false), await startSide(subject, 'with', true)];
  for (const operation of ['post', 'patch'] as const) {
    const sides = [without, with_].map((service) => ({ service, perSecond: [] as number[], cpu: [] as number[] }));
    for (let round = -1; round < subject.options.rounds; round += 1) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        await removeAdded(side.service.pool, kind);
        const { perSecond, cpu } = await load(subject, side.service, operation);
        // The first round does not count: nothing is compiled yet.
        if (round < 0) continue;
        side.perSecond.push(perSecond);
        side.cpu.push(cpu);
      }
    }
    const [plain, ours] = sides;
    if (plain === undefined || ours === undefined) continue;
    const title = `${OPERATION_TITLES[operation]} with the triggers, times that without`;
    subject.note(`${title}: requests/s`, spreadText(ratioOf(ours.perSecond, plain.perSecond)), GOALS[operation]);
    subject.note(
      `${title}: CPU of service and PostgreSQL`,
      `${spreadText(ratioOf(ours.cpu, plain.cpu))}; ${figure(spreadOf(plain.cpu).median)} and ${figure(spreadOf(ours.cpu).median)} us a request`,
    );
  }
  for (const side of [without, with_]) {
    await side.stop();
    await subject.server.dropDatabase(side.database.DATABASE_NAME);
  }
}

async function startSide(subject: Subject, name: string, hasTriggers: boolean): Promise<Contestant> {
  const { server, issuer, options, cleanup } = subject;
  const database = await server.createDatabase(`triggers_${name}_${Date.now()}`);
  await migrate(database, issuer);
  const pool = server.connect(database);
  if (!hasTriggers) await pool.query(`alter table ${kind.table} disable trigger user`);
  await seed(pool, kind, POPULATION);
  return startContestant({ name: 'ours', server, database, issuer, folder: options.folder, cleanup });
}

async function load(
  subject: Subject,
  service: Contestant,
  operation: Operation,
): Promise<{ perSecond: number; cpu: number }> {
  const { options, issuer } = subject;
  const { connections, seconds, folder } = options;
  const templates = templatesFor(kind, operation, POPULATION, issuer);
  const order: Load = {
    port: service.port,
    connections,
    seconds,
    templates,
    owners: POPULATION.owners,
    firstSerial: takeSerials(),
    folder,
  };
  const before = await cpuOf(service);
  const result = await ((await wrkVersion()) === undefined ? runClosedLoop(order) : runWrk(order));
  assertAllAnswered(OPERATION_TITLES[operation], result);
  const after = await cpuOf(service);
  service.truncateLog();
  return { perSecond: result.requestsPerSecond, cpu: (after - before) / result.requests };
}

/** Of the service and its connections' processes, in microseconds. */
async function cpuOf({ pid, pool }: Contestant): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  return [pid, ...rows.map((row) => row.pid)].reduce((sum, each) => sum + (cpuMicroseconds(each) ?? 0), 0);
}

/** What a walk through all pages, and many reports at once, do to the writes of others. */
export async function measureDisturbance(subject: Subject): Promise<void> {
  let token: string | null = null;
  await compare(subject, 'a walk through pages of 1,000 at full speed', async () => {
    const after: string = token === null ? '' : `&page_token=${encodeURIComponent(token)}`;
    token = (await read(subject, `patients?page_size=1000${after}`)).json.next_page_token;
  });
  let next = 0;
  await compare(
    subject,
    `${AT_ONCE} reports at once`,
    async () => void (await read(subject, REPORT_PATHS[next++ % REPORT_PATHS.length] ?? '')),
    AT_ONCE,
  );
}

/** The 99th percentile of POSTs alone and while something else goes on, in turns. */
export async function compare(subject: Subject, title: string, work: () => Promise<void>, atOnce = 1): Promise<void> {
  const [alone, disturbed]: [number[], number[]] = [[], []];
  let done = 0;
  for (let round = -1; round < subject.options.rounds; round += 1) {
    const quiet = await postsAtRate(subject);
    let isOver = false;
    const workers = Array.from({ length: atOnce }, async () => {
      while (!isOver) {
        await work();
        done += 1;
      }
    });
    const busy = await postsAtRate(subject);
    isOver = true;
    await Promise.all(workers);
    if (round < 0) continue;
    alone.push(quiet.p99);
    disturbed.push(busy.p99);
  }
  subject.note(
    `p99 of ${RATE} POSTs/s during ${title}, times that without`,
    `${spreadText(ratioOf(disturbed, alone))}; ${duration(spreadOf(alone).median)} and ${duration(spreadOf(disturbed).median)}; ${figure(done)} done`,
    '<= 1.3',
  );
}

async function postsAtRate({ service, options, issuer, pool }: Subject): Promise<{ p99: number }> {
  const population = { owners: 300, recordsPerOwner: 1 };
  const templates = templatesFor(kind, 'post', population, issuer);
  const { seconds, folder } = options;
  const result = await runAtRate(
    { port: service.port, connections: 32, seconds, templates, owners: 300, firstSerial: takeSerials(), folder },
    RATE,
  );
  assertAllAnswered('POST', result);
  service.truncateLog();
  await pool.query('select 1');
  return result;
}

/** How long it takes until a registered installation is counted. */
export async function measureFreshness(subject: Subject): Promise<void> {
  const { issuer, service } = subject;
  const times: number[] = [];
  for (let round = 0; round < 2 * subject.options.rounds; round += 1) {
    const owner = ownerId(`newcomer-${Date.now()}-${round}`);
    const version = `fresh-${Date.now()}-${round}`;
    const response = await fetch(`http://127.0.0.1:${service.port}${collectionPath(kind, owner)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${signToken(issuer, kind, owner)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...kind.fields, app_version: version, [kind.date.field]: new Date().toISOString() }),
    });
    if (!response.ok) throw new Error(`POST gave ${response.status}: ${await response.text()}`);
    await response.json();
    const started = performance.now();
    while ((await read(subject, `patients?app_version=${version}`)).json.results.length === 0) await sleep(20);
    times.push(performance.now() - started);
  }
  const { median, max } = spreadOf(times);
  subject.note(
    'from the answer to a POST until it is counted',
    `${duration(median)}, at most ${duration(max)}`,
    '<= 5 s',
  );
}

/** GET latest by a token of staff, whose look is kept, beside an owner's. */
export async function measureStaff(subject: Subject): Promise<void> {
  const { service, options, issuer, token } = subject;
  const owners = templatesFor(kind, 'latest', { owners: 300, recordsPerOwner: 1 }, issuer);
  const sides = [owners, owners.map((template) => ({ ...template, token }))].map((templates) => ({
    templates,
    perSecond: [] as number[],
  }));
  const { connections, seconds, folder } = options;
  for (let round = -1; round < options.rounds; round += 1) {
    for (const { templates, perSecond } of round % 2 === 0 ? sides : sides.toReversed()) {
      const order = {
        port: service.port,
        connections,
        seconds,
        templates,
        owners: 300,
        firstSerial: takeSerials(),
        folder,
      };
      const result = await ((await wrkVersion()) === undefined ? runClosedLoop(order) : runWrk(order));
      assertAllAnswered('GET latest', result);
      service.truncateLog();
      if (round >= 0) perSecond.push(result.requestsPerSecond);
    }
  }
  const [own, staff] = sides;
  const ratio = ratioOf(staff?.perSecond ?? [], own?.perSecond ?? []);
  subject.note('GET latest by staff, requests/s, times that by an owner', spreadText(ratio), '>= 0.6');
}
