import { setTimeout as sleep } from 'node:timers/promises';
import { type Contestant, migrate, startService } from '../../kit/contestants.ts';
import { costOf } from '../../kit/cost.ts';
import { collectionPath, KINDS, OPERATION_TITLES, type Operation } from '../../kit/kinds.ts';
import { sendLoad } from '../../kit/load.ts';
import { ownerId, type Population } from '../../kit/population.ts';
import { templatesFor } from '../../kit/requests.ts';
import { inTurns } from '../../kit/rounds.ts';
import { removeAdded, seed } from '../../kit/schema.ts';
import { ratioOf, spreadOf } from '../../kit/statistics.ts';
import { figure, spreadText } from '../../kit/text.ts';
import { signToken } from '../../kit/tokens.ts';
import { durations } from './findings.ts';
import { request, type Subject } from './subject.ts';

const kind = KINDS.patient;
const POPULATION: Population = { owners: 300, recordsPerOwner: 10 };
const GOALS: Readonly<Partial<Record<Operation, string>>> = { post: '>= 0.97', patch: '>= 0.93' };

/** POST and PATCH on a database with the triggers and on one without, side by side. */
export async function measureTriggers(subject: Subject): Promise<void> {
  const { server, note } = subject;
  const { connections, seconds, rounds } = subject.options;
  const sides = { without: await startSide(subject, 'without'), with_: await startSide(subject, 'with') };
  for (const operation of ['post', 'patch'] as const) {
    const templates = templatesFor(kind, operation, POPULATION);
    const measure = (service: Contestant) => async () => {
      await removeAdded(service.pool, kind);
      const load = () => sendLoad(service, { connections, seconds, templates });
      const { result, cost } = await costOf(service.pool, { service: [service.pid] }, load);
      return { perSecond: result.requestsPerSecond, cpu: (cost.service + cost.postgres) / result.requests };
    };
    const { without, with_ } = await inTurns(rounds, {
      without: measure(sides.without),
      with_: measure(sides.with_),
    });
    const [plain, ours] = [without, with_].map((side) => ({
      perSecond: side.map(({ perSecond }) => perSecond),
      cpu: side.map(({ cpu }) => cpu),
    }));
    if (plain === undefined || ours === undefined) continue;
    const title = `${OPERATION_TITLES[operation]} with the triggers, times that without`;
    note(`${title}: requests/s`, spreadText(ratioOf(ours.perSecond, plain.perSecond)), GOALS[operation]);
    note(
      `${title}: CPU of service and PostgreSQL`,
      `${spreadText(ratioOf(ours.cpu, plain.cpu))}; ${figure(spreadOf(plain.cpu).median)} and ${figure(spreadOf(ours.cpu).median)} us a request`,
    );
  }
  for (const side of Object.values(sides)) {
    await side.stop();
    await server.dropDatabase(side.database.DATABASE_NAME);
  }
}

async function startSide({ server }: Subject, triggers: 'with' | 'without'): Promise<Contestant> {
  const database = await server.createDatabase(`triggers_${triggers}_${Date.now()}`);
  await migrate(database);
  const pool = server.connect(database);
  if (triggers === 'without') await pool.query(`alter table ${kind.table} disable trigger user`);
  await seed(pool, kind, POPULATION);
  return startService(server, database);
}

/** How long it takes until a registered installation is counted. */
export async function measureFreshness(subject: Subject): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < 2 * subject.options.rounds; round += 1) {
    const owner = ownerId(`newcomer-${Date.now()}-${round}`);
    const version = `fresh-${Date.now()}-${round}`;
    const body = { ...kind.fields, app_version: version, [kind.date.field]: new Date().toISOString() };
    await request(subject, collectionPath(kind, owner), { method: 'POST', body, token: signToken(kind, owner) });
    const started = performance.now();
    while ((await request(subject, `patients?app_version=${version}`)).json.results.length === 0) await sleep(20);
    times.push(performance.now() - started);
  }
  subject.note('from the answer to a POST until it is counted', durations(times), '<= 5 s');
}

/** GET latest by a token of staff, whose read is logged, beside an owner's. */
export async function measureStaff({ service, options, token, note }: Subject): Promise<void> {
  const templates = templatesFor(kind, 'latest', { owners: 300, recordsPerOwner: 1 });
  const byStaff = templates.map((template) => ({ ...template, token }));
  const { connections, seconds } = options;
  const { own, staff } = await inTurns(options.rounds, {
    own: async () => (await sendLoad(service, { connections, seconds, templates })).requestsPerSecond,
    staff: async () => (await sendLoad(service, { connections, seconds, templates: byStaff })).requestsPerSecond,
  });
  note('GET latest by staff, requests/s, times that by an owner', spreadText(ratioOf(staff, own)), '>= 0.6');
}
