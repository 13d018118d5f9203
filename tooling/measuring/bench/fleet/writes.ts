import { setTimeout as sleep } from 'node:timers/promises';
import { type Contestant, migrate, startService } from '../../kit/contestants.ts';
import { costOf } from '../../kit/cost.ts';
import { collectionPath, KINDS, OPERATION_TITLES, type Operation } from '../../kit/kinds.ts';
import { ownerId, type Population } from '../../kit/population.ts';
import { templatesFor } from '../../kit/requests.ts';
import { inTurns } from '../../kit/rounds.ts';
import { removeAdded, seed } from '../../kit/schema.ts';
import { sendLoad } from '../../kit/send-load.ts';
import { ratioOf, spreadOf } from '../../kit/statistics.ts';
import { figure, spreadText } from '../../kit/text.ts';
import { signToken } from '../../kit/tokens.ts';
import { durations } from './findings.ts';
import { request, type Subject } from './subject.ts';

const kind = KINDS.patient;
/** As many people as that, so that each writes seldom, as phones do … */
const POPULATION: Population = { owners: 100_000, recordsPerOwner: 1 };
/** … and these write: more of them than there are requests in a round. */
const WRITERS = Array.from({ length: 50_000 }, (_, index) => 2 * index);
const GOALS: Readonly<Partial<Record<Operation, string>>> = { post: '>= 0.97', patch: '>= 0.93' };

/** Compares POST and PATCH on a database with the triggers to one without. */
export async function measureTriggers(subject: Subject): Promise<void> {
  const { server, note } = subject;
  const { connections, seconds, rounds } = subject.options;
  const sides = { plain: await startSide(subject, false), triggered: await startSide(subject, true) };
  for (const operation of ['post', 'patch'] as const) {
    const templates = templatesFor(kind, operation, POPULATION, WRITERS);
    const ages: number[] = [];
    const measure = (service: Contestant) => async () => {
      await removeAdded(service.pool, kind);
      await foldAll(sides.triggered);
      const load = () => sendLoad(service, { connections, seconds, templates });
      const { result, cost } = await costOf(service.pool, { service: [service.pid] }, load);
      if (service === sides.triggered) ages.push(await ageOfState(service));
      return { perSecond: result.requestsPerSecond, cpu: (cost.service + cost.postgres) / result.requests };
    };
    const { plain, triggered } = await inTurns(rounds, {
      plain: measure(sides.plain),
      triggered: measure(sides.triggered),
    });
    const each = (figure: 'perSecond' | 'cpu') => [triggered, plain].map((side) => side.map((round) => round[figure]));
    const [[slow = [], fast = []], [after = [], before = []]] = [each('perSecond'), each('cpu')];
    const title = `${OPERATION_TITLES[operation]} with the triggers, times that without`;
    note(`${title}: requests/s`, spreadText(ratioOf(slow, fast)), GOALS[operation]);
    note(
      `${title}: CPU of service and PostgreSQL`,
      `${spreadText(ratioOf(after, before))}; ${figure(spreadOf(before).median)} and ${figure(spreadOf(after).median)} us a request`,
    );
    note(`age of the state at the end of these ${seconds} s of ${OPERATION_TITLES[operation]}`, durations(ages));
  }
  for (const side of Object.values(sides)) {
    await side.stop();
    await server.dropDatabase(side.database.DATABASE_NAME);
  }
}

async function startSide({ server }: Subject, hasTriggers: boolean): Promise<Contestant> {
  const database = await server.createDatabase(`triggers_${hasTriggers}_${Date.now()}`);
  await migrate(database);
  const pool = server.connect(database);
  if (!hasTriggers) await pool.query(`alter table ${kind.table} disable trigger user`);
  await seed(pool, kind, POPULATION);
  return startService(server, database);
}

/** Folds everything, so that what one round leaves does not disturb the next: by a build, which takes less than all notes. */
async function foldAll({ pool }: Contestant): Promise<void> {
  await pool.query('truncate fleet_queue; insert into fleet_queue (kind, owner) select kind, null from fleet_build');
  const unfinished = 'select from fleet_queue union all select from fleet_build where walking or not built';
  while ((await pool.query(unfinished)).rowCount !== 0) await sleep(100);
}

/** Returns how old what search and reports show is, in milliseconds. */
async function ageOfState({ pool }: Contestant): Promise<number> {
  const { rows } = await pool.query<{ age: number }>(
    `select 1000 * extract(epoch from clock_timestamp() at time zone 'UTC' - as_of)::float8 as age from fleet_state`,
  );
  return rows[0]?.age ?? Number.NaN;
}

/** Measures how long it takes until a registered installation is counted. */
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

/** Compares GET latest by staff, whose reads are logged, to that by owners. */
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
