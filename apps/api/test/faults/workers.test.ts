import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Service } from '../support/service.js';
import { Database } from './support/database.js';
import { ask, CHECKED, post } from './support/requests.js';
import { expectExactlyOnce, startWriting } from './support/writers.js';

let database: Database;
let service: Service;
let url: string;

beforeAll(async () => {
  database = await Database.start(100);
  service = await new Service({ ...database.env(), WORKERS: '2', SHUTDOWN_DELAY: '0' }).ready();
  url = await service.url();
});
beforeEach(bothAnswer);
afterAll(async () => {
  await Service.endAll();
  await database.remove();
});

/** The running processes that have answered a request, by their log lines. */
function workers(): number[] {
  const pids = [...service.stdout.matchAll(/"pid":(\d+),[^\n]*"msg":"request"/g)].map(([, pid]) => Number(pid));
  return [...new Set(pids)].filter(isRunning);
}

/** Asks on a connection of its own, so that all workers get some. */
async function askAnew(path: string): Promise<string> {
  const signal = AbortSignal.timeout(5_000);
  const [response] = await once(request(`${url}${path}`, { agent: false, signal }).end(), 'response', { signal });
  return text(response);
}

async function bothAnswer(): Promise<void> {
  await expect.poll(() => isAnswered('/running').then(() => workers().length)).toBeGreaterThan(1);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** How many requests to /version all workers have counted. */
async function counted(): Promise<number> {
  const metrics = await askAnew('/metrics');
  return Number(/^http_request_duration_seconds_count\{[^}]*route="\/version"[^}]*\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
}

it('a killed worker is replaced: nothing acknowledged is lost, no line is cut, and the others go on', async () => {
  // A connection that was just being handed to it gets no answer.
  const writing = startWriting(url, { mostUnanswered: 2 });
  await writing.more(500);
  const [victim = 0] = workers();
  process.kill(victim, 'SIGKILL');
  await service.says(/"msg":"A worker process has ended \(SIGKILL\)\. Another one takes its place\."/);
  await writing.more(500);
  await bothAnswer();
  const { acknowledged, refused, cut } = await writing.end();
  expect(cut).toBeGreaterThan(0);
  expect(refused).toEqual([]);
  await expectExactlyOnce(database, acknowledged);
  await expect.poll(async () => (await ask(url, '/healthcheck')).status).toBe(200);

  const lines = service.stdout.split('\n').slice(0, -1);
  // Those that the killed one had not written yet are lost with it.
  expect(lines.filter((line) => line.includes('"msg":"request"')).length).toBeGreaterThan(500);
  // The killed one may leave half a line, which then ends there.
  const broken = lines.filter((line) => !isJson(line));
  expect(broken.length).toBeLessThanOrEqual(1);
  for (const line of broken) expect(line).toMatch(/^\{[^}]*$/);
});

it('metrics are those of all workers, those of a killed one too', async () => {
  for (let number = 0; number < 20; number++) await askAnew('/version');
  await expect.poll(counted).toBe(20);
  process.kill(workers()[0] ?? 0, 'SIGKILL');
  // A connection that was just being handed to it gets no answer, and is counted nowhere.
  for (let answers = 0; answers < 5; ) if (await isAnswered('/version')) answers++;
  await expect.poll(counted).toBe(25);
  // The state of the fleet is folded once, by the parent.
  expect((await askAnew('/metrics')).match(/^fleet_state_age_seconds /gm)).toHaveLength(1);
  await expect.poll(() => askAnew('/metrics')).toMatch(/^service_workers\{state="serving"\} 2$/m);
  expect(await askAnew('/metrics')).toMatch(/^service_workers\{state="wanted"\} 2$/m);
});

it('a frozen worker is reported, and no new client waits for it', async () => {
  const [victim = 0] = workers();
  process.kill(victim, 'SIGSTOP');
  try {
    // The first one or two may still be handed to it.
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => askAnew('/running')));
    expect(asked.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(18);
    const health = await ask(url, '/healthcheck');
    expect(health).toMatchObject({ status: 503, text: expect.stringContaining(`worker ${victim} does not answer`) });
    expect(health.took).toBeLessThan(CHECKED);
  } finally {
    process.kill(victim, 'SIGCONT');
  }
  await expect.poll(async () => (await ask(url, '/healthcheck')).status).toBe(200);
});

it('workers that the database has no room for leave their part of the bounds to the others', async () => {
  const small = await Database.start(40);
  try {
    const alone = await new Service({ ...small.env(), WORKERS: 'auto', OPEN_REQUEST_LIMIT: '2' }).ready();
    const holder = await small.session();
    await holder.query('begin; lock table mobile');
    const asked = ['a', 'b', 'c'].map(async (mark) => post(await alone.url(), { mark }));
    await expect.poll(() => alone.stdout).toContain('"status":503');
    await holder.query('rollback');
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 503]);
    await holder.end();
  } finally {
    await small.remove();
  }
});

it('a second service is refused on the same port, and the first goes on', async () => {
  for (const WORKERS of ['1', '2']) {
    const other = new Service({ ...database.env(), WORKERS, PORT: new URL(url).port });
    expect((await other.exit).code).toBe(1);
    expect(other.stderr).toBe(`Port ${new URL(url).port} is in use: stop what uses it, or set PORT.\n`);
  }
  await expect.poll(async () => (await ask(url, '/healthcheck')).status).toBe(200);
});

it('workers do not outlive their parent', async () => {
  const pids = workers();
  service.kill('SIGKILL');
  await service.exit;
  await expect.poll(() => pids.filter(isRunning)).toEqual([]);
});

async function isAnswered(path: string): Promise<boolean> {
  return askAnew(path).then(
    () => true,
    () => false,
  );
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
