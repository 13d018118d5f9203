import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { phone } from '../support/client-world.js';
import { remove, Service, temporaryFolder } from '../support/service.js';
import { patientToken } from '../support/tokens.js';
import { launchChromium } from './support/chromium.js';

const folder = temporaryFolder();
const built = fileURLToPath(new URL('dist', import.meta.resolve('@polaris-telemetry/client/package.json')));

let browser: Browser;
let url: string;

beforeAll(async () => {
  const service = await new Service({ DATABASE_EMBEDDED_FOLDER: join(folder, 'data') }).ready();
  url = await service.url();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await Service.endAll();
  remove(folder);
});

it('a page of the service’s own origin registers, reads, changes and lists by the client', async () => {
  const page = await browser.newPage();
  await page.route('**/client/**', (route) =>
    route.fulfill({ path: join(built, new URL(route.request().url()).pathname.replace('/client/', '')) }),
  );
  await page.goto(`${url}/running`);
  const values = JSON.stringify({ token: await patientToken('p'), phone });
  const result = await page.evaluate(`(async ({ token, phone }) => {
    const { createTelemetryClient, etagOf, TelemetryError } = await import('/client/index.js');
    const client = createTelemetryClient({ baseUrl: '', token });
    const made = await client.registerPatientInstallation('p', phone);
    const etag = etagOf(made);
    await client.updatePatientInstallation('p', made.uuid, { app_version: '9' }, { etag });
    const late = await client.updatePatientInstallation('p', made.uuid, {}, { etag }).catch((error) => error);
    const versions = [];
    for await (const { app_version } of client.patientInstallations('p')) versions.push(app_version);
    return { versions, status: late.status, isOurs: late instanceof TelemetryError };
  })(${values})`);
  expect(result).toEqual({ versions: ['9'], status: 412, isOurs: true });
});
