import { afterAll, beforeAll, expect, it } from 'vitest';
import { browse, cookieJar } from '../../../dashboard/test/support/browser.js';
import { startSignIn } from '../support/dashboard-sign-in.js';
import { patientInstallations } from '../support/kinds.js';
import { callOverHttp } from '../support/over-http.js';
import { Service } from '../support/service.js';
import { type SuiteDatabase, startSuiteDatabase } from '../support/suite-database.js';
import { patientToken } from '../support/tokens.js';

const SCOPES = 'read:gdm_telemetry_all read:gdm_telemetry_fleet';
const PATIENT = 'patient-of-the-dashboard';

let database: SuiteDatabase;
let signIn: Awaited<ReturnType<typeof startSignIn>>;
let service: Service;
let dashboard: URL;

beforeAll(async () => {
  database = await startSuiteDatabase();
  signIn = await startSignIn('clinician-1', SCOPES);
  dashboard = signIn.url;
  service = await new Service({
    ...database.env,
    ...signIn.env,
    SHUTDOWN_DELAY: '0',
    LOG_LEVEL: 'DEBUG',
  }).ready();
});

afterAll(async () => {
  await Service.endAll();
  await signIn.stop();
  await database.stop();
});

it('lets a person sign in with the issuer whose tokens the API takes, and leaves no trace of it in the log', async () => {
  const { body } = patientInstallations;
  const token = await patientToken(PATIENT);
  const path = `/dhos/v1/patient/${PATIENT}/installation`;
  expect((await callOverHttp(dashboard.origin, 'POST', path, { token, body })).status).toBe(200);
  const jar = cookieJar();
  const go = (to: string) => browse(new URL(to, dashboard), (url) => jar.fetch(url));
  const search = `patients?patient_id=${PATIENT}`;
  const begun = await go(`begin?to=${encodeURIComponent(search)}`);
  expect(begun.visited.at(-1)).toBe(new URL(search, dashboard).href);
  // Searches begin to answer a moment after the start.
  await expect.poll(async () => (await go(search)).text).toContain(`<bdi class="text">${PATIENT}`);
  const { visited } = await go('begin');
  const code = /[?&]code=([^&]+)/.exec(visited.find((address) => address.includes('/signed-in?')) ?? '')?.[1];
  expect(code).toMatch(/^.{20}/);
  // Who looked is known to the API as with any other client.
  expect((await go('patients')).text).toContain('Signed in as <bdi class="text">clinician-1</bdi>');

  service.kill('SIGINT');
  await service.exit;
  const log = service.stdout + service.stderr;
  expect(log).toContain('/dashboard/{page}');
  for (const secret of [PATIENT, code ?? '', signIn.clientSecret, ...jar.cookies.values(), 'eyJ', 'patient_id=']) {
    expect(log).not.toContain(secret);
  }
});
