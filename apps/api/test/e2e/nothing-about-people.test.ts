import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbedded } from '@polaris-telemetry/adapters/embedded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSql } from '../../../../packages/adapters/test/support/sql.js';
import { databaseEnv } from '../support/database-env.js';
import { type Kind, kinds } from '../support/kinds.js';
import { OtlpReceiver } from '../support/otlp-receiver.js';
import { type RefusingPostgres, refusingPostgres } from '../support/refusing-postgres.js';
import { remove, Service, temporaryFolder } from '../support/service.js';
import { systemToken, tokenFor } from '../support/tokens.js';

/** In every column, header, path and query, and in every text of the database's errors. */
const CANARY = 'canary-of-a-person';
/** A code of each class of PostgreSQL's errors, and of those that are handled by themselves. */
const SQLSTATES = (
  '01000 02000 03000 08006 09000 0A000 0B000 0F001 0L000 0P000 0Z002 20000 21000 22P02 23505 23514 24000 25006 25P02 ' +
  '26000 27000 28000 28P01 2B000 2D000 2F000 34000 38000 39000 3B001 3D000 3F000 40001 40P01 42501 42703 42P05 44000 ' +
  '53100 53300 54000 55000 55P03 57014 57P01 57P03 58030 72000 F0000 HV000 P0001 XX000 XX002 CANAR'
).split(' ');

/** Those that end a connection, or refuse one. */
const FATAL: ReadonlySet<string> = new Set(['28P01', '3D000', '53300', '57P01', '57P03']);

const folder = temporaryFolder();
const receiver = new OtlpReceiver();
let postgres: EmbeddedPostgres;
let database: RefusingPostgres;
let services: readonly Service[];
/** What was answered with an error, headers included. */
const errorAnswers: string[] = [];
const statuses = new Map<number, number>();

beforeAll(async () => {
  postgres = await startEmbedded({ dataFolder: join(folder, 'data') });
  database = await refusingPostgres(postgres.settings.port, CANARY);
  const collector = {
    OTEL_EXPORTER_OTLP_ENDPOINT: await receiver.listen(),
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_METRIC_EXPORT_INTERVAL: '100',
  };
  services = await Promise.all(
    [
      { LOG_FORMAT: 'json', ...collector },
      { LOG_FORMAT: 'plain', ...collector },
      { LOG_FORMAT: 'json' },
      { LOG_FORMAT: 'colour' },
    ].map((env) => start(env)),
  );
  // One of them folds; searches are answered once it has built their state.
  await Promise.race(services.map((service) => service.says(/fleet state of blood_glucose_meter.*: built/)));
});

afterAll(async () => {
  await Service.endAll();
  database.close();
  await receiver.close();
  await postgres.stop();
  remove(folder);
});

function start(env: Readonly<Record<string, string>>): Promise<Service> {
  const throughProxy = { ...postgres.settings, port: database.port, sslMode: 'disable' as const };
  const fixed = { LOG_LEVEL: 'DEBUG', SHUTDOWN_DELAY: '0', ALLOW_DROP_DATA: 'true' };
  return new Service({ ...databaseEnv(throughProxy), ...fixed, ...env }).ready();
}

/** Headers of a client that puts a person into each of them. Those that name the request are the client's own choice. */
const HEADERS = Object.fromEntries(
  (
    'User-Agent Referer Cookie From Forwarded X-Forwarded-For X-Real-IP Origin Accept Accept-Language baggage ' +
    'tracestate If-None-Match X-Patient-Id Proxy-Authorization'
  )
    .split(' ')
    .map((name) => [name, `name="${CANARY}"`]),
);

async function ask(service: Service, method: string, path: string, more: { token?: string; body?: unknown } = {}) {
  const { token, body } = more;
  const isText = typeof body === 'string';
  const query = path.includes('?') ? '' : `?serial_number=${CANARY}`;
  const response = await fetch(`${await service.url()}${path}${query}`, {
    method,
    headers: {
      ...HEADERS,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(method === 'POST' && !isText ? { 'Idempotency-Key': `${CANARY}-${Math.random()}` } : {}),
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  if (response.status >= 400) errorAnswers.push(`${JSON.stringify([...response.headers])} ${text}`);
  return { status: response.status, text };
}

/** Every operation of a kind of record, with a person's texts in all that it takes. */
async function askOfKind(service: Service, { tokenFor, collection, latest, body }: Kind): Promise<void> {
  const token = await tokenFor(CANARY);
  const texts = Object.entries(body).map(([name, value]) => [
    name,
    typeof value === 'string' && !name.startsWith('date') ? CANARY : value,
  ]);
  const record = Object.fromEntries(texts);
  const one = `${collection(CANARY)}/${CANARY}`;
  const { unique_device_code: _, ...change } = record;
  await Promise.all([
    ask(service, 'POST', collection(CANARY), { token, body: record }),
    ask(service, 'PATCH', one, { token, body: change }),
    ask(service, 'GET', one, { token }),
    latest && ask(service, 'GET', latest(CANARY), { token }),
    ask(service, 'GET', collection(CANARY), { token }),
    ask(service, 'POST', collection(CANARY), { token, body: `{"${CANARY}": ${CANARY}` }),
    ask(service, 'POST', collection(CANARY), { token, body: { app_version: 1 } }),
    ask(service, 'GET', one, { token: `${token}${CANARY}` }),
  ]);
}

const TELEMETRY = '/dhos/v1/telemetry';
const REPORTS = `${TELEMETRY}/reports`;
const named = (names: string) =>
  names
    .split(' ')
    .map((name) => `${name}=${CANARY}`)
    .join('&');
const PHONE = named('unique_device_code app_version phone_os phone_os_version manufacturer model');
const ACROSS = [
  `${TELEMETRY}/patients?${PHONE}&${named('patient_id app_product')}&total=true`,
  `${TELEMETRY}/clinicians?${named('clinician_id app_product app_version desktop_os desktop_os_version')}`,
  `${TELEMETRY}/blood_glucose_meters?${named('patient_id serial_number mobile_id app_product app_version phone_os model')}`,
  ...['sort', 'page_token', 'app_version_from', 'since_from'].map((name) => `${TELEMETRY}/patients?${named(name)}`),
  `${REPORTS}/products?page_size=${CANARY}`,
  ...['adoption', 'releases'].map((name) => `${REPORTS}/${name}?audience=patient&${named('app_product')}`),
  `${REPORTS}/outdated?audience=clinician&below=1.${CANARY}&${named('app_product')}`,
  `${REPORTS}/breakdown?audience=patient&by=app_version&${named('app_product unique_device_code model phone_os_version')}`,
  `${REPORTS}/breakdown?audience=patient&${named('by app_product')}`,
  `${REPORTS}/meter_verification?by=serial_number&${named('app_product')}`,
  `${TELEMETRY}/accesses?${named('person_id actor')}`,
  `${TELEMETRY}/erasures?page_size=2`,
  `${TELEMETRY}/erasures/${CANARY}`,
  ...['patient', 'clinician'].flatMap((owner) =>
    ['installation?page_size=2', 'installation?page_token=', `installation/${CANARY}/revision?`, 'device_summary?'].map(
      (path) => `/dhos/v1/${owner}/${CANARY}/${path}${path.endsWith('=') ? CANARY : ''}`,
    ),
  ),
];

const STREAMED = [
  ...['patient_installations', 'clinician_installations', 'blood_glucose_meters'].map(
    (table) => `${TELEMETRY}/export/${table}?${named('after')}`,
  ),
  `${TELEMETRY}/export/revisions?after=${CANARY}:patient_installation:1&format=csv`,
  `${TELEMETRY}/people/${CANARY}/personal_data?`,
];

/** Every operation that reads across people, or is about one of them, by staff whose names are as telling. */
async function askAcross(service: Service): Promise<void> {
  const scope = `read:gdm_telemetry_all read:gdm_telemetry_fleet read:gdm_telemetry_reports export:gdm_telemetry_all erase:gdm_telemetry_all`;
  const token = await tokenFor({ scope, metadata: { system_id: CANARY, clinician_id: CANARY } });
  const erasures = [`${CANARY} whom it is about`, CANARY, `${CANARY}\0`].flatMap((person_id) => [
    { person_id },
    { person_id, dry_run: true },
  ]);
  const get = (path: string) => ask(service, 'GET', path, { token });
  // Only two at once may read what is streamed; where the database fails meanwhile, its connection is cut.
  async function stream(): Promise<void> {
    for (const path of STREAMED) await get(path).catch(() => {});
  }
  await Promise.all([
    stream(),
    ...ACROSS.map(get),
    ...erasures.map((body) => ask(service, 'POST', `${TELEMETRY}/erasures?`, { token, body })),
  ]);
}

/** Every operation. */
async function askEverything(service: Service): Promise<void> {
  await Promise.all([
    ...kinds.map((kind) => askOfKind(service, kind)),
    askAcross(service),
    ask(service, 'GET', `/nothing/${CANARY}`),
    ask(service, 'GET', '/healthcheck'),
    ask(service, 'POST', '/drop_data', { token: await systemToken() }),
  ]);
}

/** All that a service has written and sent but for the records themselves. */
async function saidBy(service: Service): Promise<string> {
  const metrics = await ask(service, 'GET', '/metrics');
  return [service.stdout, service.stderr, metrics.text, ...errorAnswers].join('\n');
}

function expectNoCanary(text: string): void {
  const at = text.toLowerCase().indexOf(CANARY);
  expect(at < 0 ? '' : text.slice(Math.max(0, at - 300), at + 300)).toBe('');
}

describe('no text of a person leaves the service', () => {
  it('whatever the database answers', async () => {
    const asked: Promise<unknown>[] = [];
    for (const [index, code] of SQLSTATES.entries()) {
      const before = database.refusals;
      database.refuse({ code, severity: FATAL.has(code) ? 'FATAL' : 'ERROR' });
      asked.push(...services.map((service) => askOfKind(service, kinds[index % kinds.length] as Kind)));
      // Some are waited for until the deadline: the next one need not wait as well.
      await expect.poll(() => database.refusals).toBeGreaterThan(before + services.length);
    }
    database.refuse({ code: 'P0001', severity: 'ERROR' });
    await Promise.all([...asked, ...services.map(askEverything)]);
    database.refuse(undefined);
    for (const service of services) {
      await expect.poll(async () => (await ask(service, 'GET', '/healthcheck')).status).toBe(200);
      expectNoCanary(await saidBy(service));
    }
    // The faults were there.
    for (const status of [400, 401, 404, 500, 503]) expect(statuses.get(status), `answers of ${status}`).toBeDefined();
    for (const { stdout } of services) expect(stdout).toMatch(/DatabaseError[\s\S]{1,40}P0001/);
    expectNoCanary(receiver.text);
    expect(receiver.text).toContain('P0001');
  });

  it('whatever a trigger raises or a constraint refuses, and nor does the embedded server log it', async () => {
    await runSql(
      postgres.settings,
      `create function tell() returns trigger language plpgsql as $$
       begin raise exception using message = new::text, detail = new::text, hint = new::text, constraint = '${CANARY}',
         column = '${CANARY}', table = '${CANARY}', schema = '${CANARY}', datatype = '${CANARY}', errcode = 'CANAR'; end $$`,
      'create trigger tell before insert or update on mobile for each row execute function tell()',
      "alter table desktop add constraint odd check (app_version = '')",
      'alter table blood_glucose_meter alter column app_version type integer using 1',
    );
    for (const service of services) {
      await askEverything(service);
      expectNoCanary(await saidBy(service));
    }
    expect(services[0]?.stdout).toMatch(/"code":"23514","constraint":"odd"/);
    // All of it was there to be said: people were found, read and erased.
    for (const path of [
      'patients',
      'people/{person_id}/personal_data',
      'accesses',
      'export/{table}',
      'reports/breakdown',
    ])
      expect(services[0]?.stdout).toContain(`"route":"${TELEMETRY}/${path}","status":200`);
    expect(services[0]?.stdout).toMatch(/"erasure":\{"id":.*"msg":"a person was erased"/);
    await expect.poll(() => receiver.text).toContain(`GET ${TELEMETRY}/patients`);
    expectNoCanary(receiver.text);
    expectNoCanary(readFileSync(postgres.logFile, 'utf8'));
    await runSql(
      postgres.settings,
      'drop function tell() cascade',
      'alter table desktop drop constraint odd',
      'alter table blood_glucose_meter alter column app_version type varchar',
    );
  });

  it('when the schema cannot be migrated, or nothing catches an error', async () => {
    await runSql(
      postgres.settings,
      `create function refuse() returns event_trigger language plpgsql as $$ begin raise exception '${CANARY}'; end $$`,
      'create event trigger refuse on ddl_command_start execute function refuse()',
    );
    const down = new Service(databaseEnv(postgres.settings), [
      'migrate',
      'down',
      '--drop-all-records',
      '--drop-revisions',
      '--drop-receipts',
    ]);
    expect((await down.exit).code).toBe(1);
    expect(down.stderr).toMatch(/SQLSTATE|DatabaseError P0001/);
    expectNoCanary(down.stdout + down.stderr);
    await runSql(postgres.settings, 'drop event trigger refuse');

    const thrown = `Object.assign(new Error("${CANARY}"), { code: "EODD", syscall: "odd", detail: "${CANARY}" })`;
    const script = join(folder, 'throws.mjs');
    writeFileSync(script, `process.on("SIGUSR2", () => { throw ${thrown}; })`);
    const one = await start({ NODE_OPTIONS: `--import ${script}` });
    one.kill('SIGUSR2');
    expect((await one.exit).code).toBe(1);
    expectNoCanary(one.stdout + one.stderr);
    expect(one.stdout).toMatch(/"level":"ERROR".*"type":"UncaughtError".*"code":"EODD"/);
    // Where it was thrown is in both.
    for (const text of [one.stdout, one.stderr]) expect(text).toMatch(/EODD[\s\S]*at process\.<anonymous>/);
  });
});
