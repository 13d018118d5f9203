import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remove, Service, temporaryFolder } from '../support/service.js';
import { patientToken } from '../support/tokens.js';
import { launchChromium } from './support/chromium.js';

const folder = temporaryFolder();
const PATIENT = '11111111-2222-4333-8444-555555555555';

let browser: Browser;
let page: Page;
let url: string;
const complaints: string[] = [];

beforeAll(async () => {
  const service = await new Service({ DATABASE_EMBEDDED_FOLDER: join(folder, 'data') }).ready();
  url = await service.url();
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    // Everything comes from the service, nothing from elsewhere.
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complaints.push(request.url());
  });
});
afterAll(async () => {
  await browser?.close();
  await Service.endAll();
  remove(folder);
});

/** The part of the page about one operation, opened. */
async function operation(id: string) {
  const block = page.locator(`[id$="-${id}"]`);
  await block.locator('.opblock-summary').click();
  return block;
}

describe('the docs page in a browser', () => {
  it('shows every operation, with files of its own only', async () => {
    await page.goto(`${url}/ui`);
    await page.locator('.opblock').first().waitFor();
    expect(await page.title()).toBe('Polaris Telemetry');
    expect(page.url()).toBe(`${url}/ui/`);
    expect(await page.locator('.opblock').count()).toBeGreaterThan(15);
    await page.screenshot({ path: join(process.env['SCREENSHOTS'] ?? folder, 'docs-page.png') });
  });

  it('takes a token, tries an operation out and shows its real answer', async () => {
    await page.locator('button.authorize').first().click();
    await page.locator('.auth-container input').fill(await patientToken(PATIENT));
    await page.locator('.auth-btn-wrapper button.authorize').click();
    await page.locator('.auth-btn-wrapper button.btn-done').click();

    const register = await operation('register_patient_installation');
    await register.locator('button.execute').click();
    const answer = register.locator('.live-responses-table');
    await answer.waitFor();
    expect(await answer.locator('.response-col_status').last().textContent()).toMatch(/^200/);
    const body = await answer.locator('.response-col_description pre').first().textContent();
    expect(body).toContain(`"patient_id": "${PATIENT}"`);
    expect(await answer.textContent()).toMatch(/x-request-id/);

    const latest = await operation('get_latest_patient_installation');
    await latest.locator('button.execute').click();
    await latest.locator('.live-responses-table').waitFor();
    expect(await latest.locator('.live-responses-table pre').first().textContent()).toContain(
      '"app_version": "1.13.2"',
    );
    await page.screenshot({ path: join(process.env['SCREENSHOTS'] ?? folder, 'docs-page-answer.png'), fullPage: true });
  });

  it('calls the right address behind a proxy that adds a path prefix', async () => {
    const target = new URL(url);
    const proxy = createServer((incoming, outgoing) => {
      const path = /^\/platform\/telemetry(\/.*)$/.exec(incoming.url ?? '')?.[1];
      if (path === undefined) return void outgoing.writeHead(404).end();
      const { method, headers } = incoming;
      const forwarded = request({ host: target.hostname, port: target.port, path, method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(forwarded);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const behind = await browser.newPage();
      await behind.goto(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/platform/telemetry/ui`);
      const running = behind.locator('[id$="-running"]');
      await running.locator('.opblock-summary').click();
      await running.locator('button.execute').click();
      await running.locator('.live-responses-table').waitFor();
      expect(await running.locator('.live-responses-table .response-col_status').last().textContent()).toMatch(/^200/);
      expect(await running.locator('.request-url').textContent()).toContain('/platform/telemetry/running');
      await behind.close();
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it('has nothing to complain about', () => {
    expect(complaints).toEqual([]);
  });
});
