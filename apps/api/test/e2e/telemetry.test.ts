import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbedded } from '@polaris-telemetry/adapters/embedded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../packages/adapters/src/postgres/embedded/free-port.js';
import { runSql } from '../../../../packages/adapters/test/support/sql.js';
import { databaseEnv } from '../support/database-env.js';
import { patientInstallations } from '../support/kinds.js';
import { OtlpReceiver, type Span } from '../support/otlp-receiver.js';
import { fieldsOf } from '../support/protobuf.js';
import { remove, Service, temporaryFolder } from '../support/service.js';
import { patientToken, systemToken } from '../support/tokens.js';

const SERVER = 2;
const CLIENT = 3;
const FAILED = 2;
const CALLER = 'b7ad6b7169203331';
const PATIENT = 'patient-4711-secret';
const { collection, latest, body } = patientInstallations;
const ROUTE = '/dhos/v1/patient/{patient_id}/installation';

const folder = temporaryFolder();
const opened: OtlpReceiver[] = [];
let postgres: EmbeddedPostgres;
/** The receiver of the service that most tests share. */
let receiver: OtlpReceiver;
let service: Service;

beforeAll(async () => {
  postgres = await startEmbedded({ dataFolder: join(folder, 'data') });
  receiver = new OtlpReceiver();
  service = await start(json(await listening(receiver)));
});
afterAll(async () => {
  await Service.endAll();
  await Promise.all(opened.map((each) => each.close()));
  await postgres.stop();
  remove(folder);
});

function start(env: Readonly<Record<string, string>>): Promise<Service> {
  return new Service({
    ...databaseEnv(postgres.settings),
    SHUTDOWN_DELAY: '0',
    ALLOW_DROP_DATA: 'true',
    ...env,
  }).ready();
}

function listening(one: OtlpReceiver): Promise<string> {
  opened.push(one);
  return one.listen();
}

const json = (endpoint: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_BSP_SCHEDULE_DELAY: '50',
  OTEL_METRIC_EXPORT_INTERVAL: '100',
});

/** A service and a receiver of its own, and what the receiver got once the service has ended. */
async function alone(env: Readonly<Record<string, string>>, work: (service: Service) => Promise<void>) {
  const own = new OtlpReceiver();
  const one = await start({ ...json(await listening(own)), ...env });
  await work(one);
  one.kill('SIGTERM');
  expect((await one.exit).code).toBe(0);
  return { own, one };
}

async function ask(service: Service, path: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(`${await service.url()}${path}`, {
    method,
    headers: { Authorization: `Bearer ${await patientToken(PATIENT)}`, ...headers },
  });
  return { status: response.status, text: await response.text() };
}

async function post(service: Service, headers: Record<string, string> = {}) {
  const response = await fetch(`${await service.url()}${collection(PATIENT)}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await patientToken(PATIENT)}`,
      'Content-Type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, record: (await response.json()) as { readonly uuid: string } };
}

const named = (name: string, traceId?: string) => (all: OtlpReceiver) =>
  all.spans.find((span) => span.name === name && (traceId === undefined || span.traceId === traceId));

/** A trace of a caller's, and the header that says so. */
function trace(flags = '01') {
  const id = randomBytes(16).toString('hex');
  return { id, headers: { traceparent: `00-${id}-${CALLER}-${flags}` } };
}

/** The lines of the log that are about a trace. */
function linesOf({ stdout }: Service, traceId: string): Record<string, unknown>[] {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line)).filter(({ trace_id }) => trace_id === traceId);
}

function childrenOf({ traceId, spanId }: Span): readonly Span[] {
  return receiver.spans.filter((span) => span.traceId === traceId && span.parentSpanId === spanId);
}

describe('traces', () => {
  it('lead from the caller through the request to each statement, and to the line in the log', async () => {
    const { id, headers } = trace();
    expect((await post(service, headers)).status).toBe(200);
    const span = await receiver.until(named(`POST ${ROUTE}`, id));
    expect(span).toMatchObject({ parentSpanId: CALLER, kind: SERVER, status: 0 });
    expect(span.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': ROUTE,
      'http.response.status_code': 200,
      'url.scheme': 'http',
    });
    const [statement, ...others] = childrenOf(span);
    expect(others).toEqual([]);
    expect(statement).toMatchObject({ name: 'mobile.insert', kind: CLIENT, status: 0 });
    expect(statement?.attributes).toEqual({ 'db.system.name': 'postgresql', 'db.query.summary': 'mobile.insert' });
    await service.says(new RegExp(`"trace_id":"${id}"`));
    expect(linesOf(service, id)).toMatchObject([{ msg: 'request', status: 200, span_id: span.spanId }]);
  });

  it('keep the statements of requests at the same time apart', async () => {
    const traces = Array.from({ length: 40 }, () => trace());
    await Promise.all(traces.map(({ headers }) => post(service, headers)));
    for (const { id } of traces) {
      await receiver.until(named(`POST ${ROUTE}`, id));
      const spans = receiver.spans.filter(({ traceId }) => traceId === id);
      expect(spans.map(({ name }) => name)).toEqual(['mobile.insert', `POST ${ROUTE}`]);
      expect(spans[0]?.parentSpanId).toBe(spans[1]?.spanId);
    }
  });

  it('begin a new trace without a context, or with an invalid one', async () => {
    const broken = trace();
    await ask(service, '/version', { traceparent: broken.headers.traceparent.slice(0, -3) });
    const version = await receiver.until(named('GET /version'));
    expect(version.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(version.traceId).not.toBe(broken.id);
    expect(version.parentSpanId ?? '').toBe('');
    await ask(service, '/running');
    expect((await receiver.until(named('GET /running'))).traceId).not.toBe(version.traceId);
  });

  it('report requests that match no route, whatever their method, and HEAD', async () => {
    await ask(service, `/nothing/${PATIENT}`);
    await ask(service, `/nothing/${PATIENT}`, {}, 'PROPFIND');
    await ask(service, latest?.(PATIENT) ?? '', {}, 'HEAD');
    expect((await receiver.until(named('GET'))).attributes).not.toHaveProperty(['http.route']);
    expect((await receiver.until(named('HTTP'))).attributes).toMatchObject({ 'http.request.method': '_OTHER' });
    await receiver.until(named('HEAD /dhos/v1/patient/{patient_id}/latest_installation'));
  });

  it('show the other database calls', async () => {
    const health = trace();
    // At most one answer a second is rendered again.
    await sleep(1_100);
    await ask(service, '/healthcheck', health.headers);
    const checked = await receiver.until(named('GET /healthcheck', health.id));
    expect(childrenOf(checked).map(({ name }) => name)).toEqual(['database.check']);
    const erasing = trace();
    const authorization = { Authorization: `Bearer ${await systemToken()}` };
    expect((await ask(service, '/drop_data', { ...authorization, ...erasing.headers }, 'POST')).status).toBe(200);
    const erased = await receiver.until(named('POST /drop_data', erasing.id));
    expect(childrenOf(erased).map(({ name }) => name)).toEqual(['database.truncate']);
  });

  it('show what failed, in codes', async () => {
    const { id, headers } = trace();
    await runSql(postgres.settings, 'alter table mobile rename to away');
    try {
      expect((await ask(service, `${collection(PATIENT)}/1`, headers)).status).toBe(500);
    } finally {
      await runSql(postgres.settings, 'alter table away rename to mobile');
    }
    const span = await receiver.until(named(`GET ${ROUTE}/{installation_id}`, id));
    expect(span).toMatchObject({ status: FAILED, attributes: { 'http.response.status_code': 500 } });
    const [call] = childrenOf(span);
    expect(call).toMatchObject({ name: 'mobile.find', status: FAILED, attributes: { 'error.type': '42P01' } });
    expect(span.attributes['error.type']).toBe('42P01');
    await service.says(new RegExp(`"level":"ERROR".*${id}`));
    expect(linesOf(service, id).map(({ msg }) => msg)).toEqual(['a request failed', 'request']);
    expect(receiver.text).not.toContain('does not exist');
  });

  it.each([
    ['traceidratio', '0', []],
    ['parentbased_traceidratio', '0', ['GET /running']],
  ])('are sampled as %s %s has it, and are in the log all the same', async (sampler, argument, expected) => {
    const [asked, not] = [trace('01'), trace('00')];
    const { own, one } = await alone(
      { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: argument },
      async (running) => {
        await ask(running, '/running', asked.headers);
        await ask(running, '/version', not.headers);
        await ask(running, '/version');
      },
    );
    expect(own.spans.map(({ name }) => name)).toEqual(expected);
    // The caller has those ids too.
    expect(linesOf(one, asked.id)).toHaveLength(1);
    expect(linesOf(one, not.id)).toHaveLength(1);
  });

  it('take no context from callers when OTEL_PROPAGATORS does not name it', async () => {
    const { id, headers } = trace('00');
    const { own } = await alone({ OTEL_PROPAGATORS: 'none' }, async (running) => {
      await ask(running, '/version', headers);
    });
    expect(own.spans).toMatchObject([{ name: 'GET /version' }]);
    expect(own.spans[0]?.traceId).not.toBe(id);
  });
});

it('metrics show how long requests and calls take, and how busy the process is', async () => {
  const { own, one } = await alone({ OTEL_TRACES_EXPORTER: 'none' }, async (running) => {
    await post(running, trace().headers);
    await ask(running, '/nothing');
  });
  const durations = own.metrics.get('http.server.request.duration');
  expect(durations?.unit).toBe('s');
  expect(durations?.points).toMatchObject([
    {
      count: 1,
      attributes: {
        'http.request.method': 'POST',
        'http.route': ROUTE,
        'http.response.status_code': 200,
        'url.scheme': 'http',
      },
    },
    { count: 1, attributes: { 'http.request.method': 'GET', 'http.response.status_code': 404 } },
  ]);
  expect(own.metrics.get('db.client.operation.duration')).toMatchObject({
    unit: 's',
    // The clean-up of the access log calls the database too.
    points: expect.arrayContaining([
      expect.objectContaining({
        count: 1,
        attributes: { 'db.system.name': 'postgresql', 'db.query.summary': 'mobile.insert' },
      }),
    ]),
  });
  expect([...own.metrics.keys()]).toEqual(
    expect.arrayContaining([
      'db.client.connection.count',
      'db.client.connection.pending_requests',
      'polaris_telemetry.database.waiting_calls',
      'nodejs.eventloop.utilization',
      'process.cpu.time',
      'process.memory.usage',
    ]),
  );
  expect(own.received.filter(({ path }) => path === '/v1/traces')).toEqual([]);
  expect(one.stdout).not.toContain('trace_id');
});

it('protobuf is the default, compressed and with headers if asked for; the last spans are sent at the end', async () => {
  const own = new OtlpReceiver();
  const endpoint = await listening(own);
  const { id, headers } = trace();
  const one = await start({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/own/path`,
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${endpoint}/v1/metrics`,
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20xyz',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_SERVICE_NAME: 'telemetry-of-the-test',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
  await post(one, headers);
  one.kill('SIGTERM');
  expect((await one.exit).code).toBe(0);
  const [traces] = own.received.filter(({ path }) => path === '/own/path');
  expect(traces).toMatchObject({ contentType: 'application/x-protobuf', authorization: 'Basic xyz' });
  const spans = fieldsOf(traces?.body ?? new Uint8Array(), [1, 2, 2]);
  expect(spans.map((span) => Buffer.concat(fieldsOf(span, [5])).toString())).toEqual([
    'mobile.insert',
    `POST ${ROUTE}`,
  ]);
  for (const span of spans) expect(Buffer.concat(fieldsOf(span, [1])).toString('hex')).toBe(id);
  const resource = Buffer.concat(fieldsOf(traces?.body ?? new Uint8Array(), [1, 1])).toString();
  for (const told of ['telemetry-of-the-test', 'deployment.environment.name', 'service.instance.id', 'service.version'])
    expect(resource).toContain(told);
  const [metrics] = own.received.filter(({ path }) => path === '/v1/metrics');
  const names = fieldsOf(metrics?.body ?? new Uint8Array(), [1, 2, 2, 1]).map((name) => Buffer.from(name).toString());
  expect(names).toEqual(expect.arrayContaining(['http.server.request.duration', 'db.client.operation.duration']));
});

it('nothing that identifies a person, a client or a caller leaves the service', async () => {
  const secrets = {
    'User-Agent': 'agent-of-a-person',
    'X-Request-ID': 'request-id-of-a-client',
    'X-Forwarded-For': '203.0.113.77',
    baggage: 'patient=baggage-of-a-client',
  };
  const token = await patientToken(PATIENT);
  let uuid = '';
  const { own } = await alone({}, async (running) => {
    const { record } = await post(running, secrets);
    uuid = record.uuid;
    await ask(running, `${collection(PATIENT)}/${uuid}?query=query-of-a-client`, secrets);
    await ask(running, `${collection(PATIENT)}/another-record`, secrets);
    await ask(running, collection('somebody-else'), { ...secrets, Authorization: 'Bearer forged.token.xyz' }, 'POST');
    await ask(running, `/nothing/${PATIENT}`, secrets);
  });
  expect(own.spans.length).toBe(8);
  expect(own.metrics.size).toBeGreaterThan(5);
  for (const secret of [
    PATIENT,
    uuid,
    'another-record',
    'somebody-else',
    'forged',
    token.slice(0, 20),
    '127.0.0.1',
    'of-a-person',
    'of-a-client',
    '203.0.113.77',
    ...Object.values(body).filter((value) => typeof value === 'string' && value.length > 3),
  ]) {
    expect(own.text).not.toContain(secret);
  }
});

describe('a collector that is of no use', () => {
  it.each(['refuses connections', 'never answers'])('%s: requests are served, and the end is in time', async (kind) => {
    const address = kind === 'never answers' ? await listening(new OtlpReceiver(false)) : await refusing();
    const one = await start({ ...json(address), OTEL_EXPORTER_OTLP_TIMEOUT: '400' });
    for (let times = 0; times < 20; times++) expect((await post(one)).status).toBe(200);
    await one.says(/"level":"WARN".*"err":.*traces or metrics could not be sent/);
    const asked = performance.now();
    one.kill('SIGTERM');
    expect((await one.exit).code).toBe(0);
    expect(performance.now() - asked).toBeLessThan(10_000);
    // Said once, not for every attempt.
    expect(one.stdout.match(/could not be sent/g)).toHaveLength(1);
  });

  it('does not delay the end beyond what is promised, even if the delay has taken most of the time', async () => {
    const address = await listening(new OtlpReceiver(false));
    const one = await start({ ...json(address), SHUTDOWN_DELAY: '8' });
    await post(one);
    const asked = performance.now();
    one.kill('SIGTERM');
    expect((await one.exit).code).toBe(0);
    // 10 s are promised; the collector alone would have as many after the delay.
    expect(performance.now() - asked).toBeLessThan(15_000);
  });
});

describe('off', () => {
  it.each([
    ['when nothing is configured', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    ['when the SDK is disabled', { OTEL_SDK_DISABLED: 'true', OTEL_TRACES_EXPORTER: 'otlp' }],
  ])('%s', async (_when, env) => {
    const { own, one } = await alone(env, async (running) => {
      await post(running, trace().headers);
    });
    expect(one.stdout).toMatch(/"msg":"request"/);
    expect(one.stdout).not.toContain('trace_id');
    expect(own.received).toEqual([]);
  });
});

/** An address without a listener. */
async function refusing(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}
