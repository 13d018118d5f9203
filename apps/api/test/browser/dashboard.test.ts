import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../support/service.js';
import { launchChromium } from './support/chromium.js';
import { startDashboard } from './support/dashboard-world.js';
import { axeViolations, keyboardFaults, LARGEST_PAGE, overflow, sourceOf } from './support/page-checks.js';

let browser: Browser;
let dashboard: Awaited<ReturnType<typeof startDashboard>>;
/** Of a person who came by the development door, and of one who signed in with the provider. */
let developer: BrowserContext;
let officer: BrowserContext;
const complaints: string[] = [];

/** A patient of the sample data with installations, a corrected record and meters. */
const PATIENT = '91155c62-fc82-86dc-9399-05bc68d85f31';

beforeAll(async () => {
  [dashboard, browser] = await Promise.all([startDashboard(), launchChromium()]);
  developer = await newContext({ javaScriptEnabled: true });
  officer = await newContext({ javaScriptEnabled: false });
});
afterAll(async () => {
  await browser?.close();
  // A start that failed half way leaves a service too.
  await Service.endAll();
  await dashboard?.stop();
});

/** A browser of its own. Only the checks of pages have scripts: people at work do without. */
async function newContext(options: { readonly javaScriptEnabled: boolean }): Promise<BrowserContext> {
  const context = await browser.newContext({ ...options, baseURL: dashboard.url.href });
  context.on('page', (page) => {
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('request', (request) => {
      const { hostname } = new URL(request.url());
      if (hostname !== dashboard.url.hostname) complaints.push(request.url());
    });
  });
  return context;
}

/** Keeps a picture, if SCREENSHOTS names a folder for them. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `dashboard-${name}.png`), fullPage: true });
}

/** Goes by the keyboard to what is named, as a person does who sees where they are. */
async function tabTo(page: Page, role: 'link' | 'textbox' | 'button', name: string | RegExp) {
  const target = page.getByRole(role, { name, exact: true }).first();
  for (let press = 0; press < 150; press += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
  }
  throw new Error(`The keyboard does not reach ${name}.`);
}

it('the link of npm start lets a developer in, once', async () => {
  const page = await developer.newPage();
  await page.goto(`enter?code=${dashboard.code}`);
  expect([page.url(), await page.title()]).toEqual([dashboard.url.href, 'Overview – Polaris Telemetry']);
  expect((await page.goto(`enter?code=${dashboard.code}`))?.status()).toBe(400);
  await page.close();
});

it('a person signs in with the provider by the keyboard, and is where they wanted to be', async () => {
  const page = await officer.newPage();
  await page.goto('patients?app_version=4.1.0');
  await tabTo(page, 'link', 'Sign in');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/patients?app_version=4.1.0');
  expect(await page.getByText('Signed in as officer').count()).toBe(1);
  await page.close();
});

describe('every page', () => {
  const PAGES = [
    '',
    'adoption',
    'releases',
    'breakdown?by=model,app_version',
    'meter-verification',
    'patients?app_version=4.1.0',
    'clinicians',
    'meters?is_bg_value_correct=false',
    'person',
    `person?id=${PATIENT}`,
    'accesses',
    'receipts',
    `erase?id=${PATIENT}`,
    'time-zone',
    'sign-in',
    'signed-out',
    'no-such-page',
  ];
  let page: Page;
  beforeAll(async () => {
    page = await developer.newPage();
  });
  afterAll(() => page.close());

  it.each(PAGES)('/%s can be read, wide and narrow, light and dark, and gone through by the keyboard', async (path) => {
    const source = await sourceOf(await page.goto(path));
    expect(source.inline).toEqual([]);
    expect(source.bytes).toBeLessThan(LARGEST_PAGE);
    for (const width of [1400, 360]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        // The one sees everything wide, the other narrow; what else differs between them are the colours.
        const isWhole = (width === 1400) === (colorScheme === 'light');
        const violations = await axeViolations(page, isWhole ? undefined : ['color-contrast']);
        expect([width, colorScheme, violations]).toEqual([width, colorScheme, []]);
        await picture(page, `${path.replace(/[^a-z]+/g, '-').slice(0, 20) || 'overview'}-${width}-${colorScheme}`);
      }
    }
    for (const width of [1400, 1280, 1030, 700, 360]) {
      await page.setViewportSize({ width, height: 900 });
      expect([width, await overflow(page)]).toEqual([width, 0]);
    }
    expect(await keyboardFaults(page)).toEqual([]);
  });
});

describe('a person at work, by the keyboard', () => {
  it('goes from a number of the overview to as many people, and to one of them', async () => {
    const page = await officer.newPage();
    await page.goto('');
    const number = page.locator('a[href^="patients?"]').first();
    const count = Number(await number.textContent());
    expect(count).toBeGreaterThan(1);
    await number.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/patients?*');
    expect(await page.getByText(`${count} found`).count()).toBe(1);
    expect(await page.locator('tbody tr').count()).toBe(count);
    await page.locator('tbody a').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/person?id=*');
    expect(await page.getByRole('img', { name: /^Installations from / }).count()).toBe(1);
    await page.close();
  });

  it('searches for a version, and hears what is wrong with it', async () => {
    const page = await officer.newPage();
    await page.goto('patients');
    await tabTo(page, 'textbox', 'Version below');
    await page.keyboard.type('x');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/patients?app_version_below=x*');
    const field = page.getByRole('textbox', { name: 'Version below', exact: true });
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await tabTo(page, 'textbox', 'Version below');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('4.1.0');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/patients?app_version_below=4.1.0*');
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(0);
    await page.close();
  });

  it('exports what is held on a person, erases them, and keeps the receipt', async () => {
    const page = await officer.newPage();
    await page.goto('receipts');
    await tabTo(page, 'textbox', 'Id of the patient or clinician to erase');
    await page.keyboard.type(PATIENT);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/erase?id=*');
    const installations = page.getByRole('row', { name: 'Installations on phones' }).getByRole('cell');
    const count = await installations.textContent();
    expect(Number(count)).toBeGreaterThan(1);

    const saved = await fileOf(page, /all personal data/);
    expect(saved).toMatchObject({ person_id: PATIENT, counts: { patient_installations: Number(count) } });

    await erase(page, 'somebody-else');
    expect(await page.getByRole('alert').textContent()).toContain('Nothing was erased.');
    await erase(page, PATIENT);
    await page.waitForURL('**/receipt?id=*');
    expect(await installations.textContent()).toBe(count);
    await picture(page, 'receipt');
    const receipt = await fileOf(page, 'Download the receipt (JSON)');
    expect(receipt).toMatchObject({ by: 'officer', counts: { patient_installations: Number(count) } });
    expect(JSON.stringify(receipt)).not.toContain(PATIENT);

    await page.goto(`person?id=${PATIENT}`);
    expect(await page.getByText('The service knows no device of a person with this id.').count()).toBe(1);
    await page.close();
  });

  it('signs out, and sees nothing any more', async () => {
    const page = await officer.newPage();
    await page.goto('');
    await tabTo(page, 'button', 'Sign out');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/signed-out');
    await page.goto('patients');
    expect(new URL(page.url()).pathname).toBe('/dashboard/sign-in');
    await page.close();
  });
});

it('no page asks for anything elsewhere, or breaks its own rules', () => {
  expect(complaints.filter((text) => !/status of (400|404)/.test(text))).toEqual([]);
});

async function erase(page: Page, typed: string): Promise<void> {
  await tabTo(page, 'textbox', 'Type the id again');
  await page.keyboard.type(typed);
  await tabTo(page, 'button', 'Erase for good');
  await page.keyboard.press('Enter');
  await page.waitForLoadState();
}

/** Follows a link that leads to a file, and reads that. */
async function fileOf(page: Page, link: string | RegExp): Promise<unknown> {
  await tabTo(page, 'link', link);
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  return JSON.parse(readFileSync(await download.path(), 'utf8'));
}
