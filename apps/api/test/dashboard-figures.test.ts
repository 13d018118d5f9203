import { createDashboard, DevelopmentDoor, OneTimeCodes, telemetryClient } from '@polaris-telemetry/dashboard';
import type { FirstUse } from '@polaris-telemetry/domain/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { addReadings } from './support/meters.js';
import { addUsed } from './support/people.js';
import { testApp } from './support/test-app.js';
import { tokenFor } from './support/tokens.js';

/** The dashboard's reports over the application itself: what a page shows is what the API has. */
const token = tokenFor({ scope: 'read:gdm_telemetry_fleet', metadata: { clinician_id: 'analyst' } });
const VERSIONS = [
  '4.2.0',
  '4.1.0',
  '',
  ' ',
  'a&b=c#d',
  '</svg><script>x</script>',
  '\u202e0.2.4',
  '4,2;"x"',
  '+1 100%',
  'ü'.repeat(60),
];
const SEARCHES: Readonly<Record<string, string>> = {
  patients: 'patients',
  clinicians: 'clinicians',
  meters: 'blood_glucose_meters',
};

let look: (path: string) => Promise<string>;
let found: (href: string) => Promise<number>;

beforeAll(async () => {
  const { app, store } = testApp();
  for (const person of ['patient', 'clinician'] as const) {
    await addUsed(
      store,
      person,
      Array.from(
        { length: 60 },
        (_, index): FirstUse => ({
          id: `${person} ${index}`,
          owner: `o${index % 40}`,
          at: `2023-0${1 + (index % 4)}-${10 + (index % 17)}T12:00:00Z`,
          texts: {
            appProduct: index % 7 === 0 ? 'Übung & <Test>' : 'GDM',
            appVersion: VERSIONS[index % VERSIONS.length] ?? '',
            [person === 'patient' ? 'phoneOs' : 'desktopOs']: index % 5 === 0 ? '=evil()' : 'A & B',
          },
        }),
      ),
    );
  }
  await addReadings(store);
  const codes = new OneTimeCodes();
  const dashboard = createDashboard({
    clientFor: (held, requestId) =>
      telemetryClient('http://localhost', held, requestId, async (url, init) => app.request(url, init)),
    sessionKey: new Uint8Array(32).fill(1),
    url: undefined,
    issuers: [{ metadata: 'metadata', scope: 'scope' }],
    development: new DevelopmentDoor(() => token, codes),
    onError: (error) => {
      throw error;
    },
  });
  const base = 'http://localhost/dashboard/';
  const entered = await dashboard.fetch(new Request(`${base}enter?code=${codes.newCode()}`));
  const cookie = entered.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  look = async (path) => {
    const response = await dashboard.fetch(new Request(`${base}${path}`, { headers: { cookie } }));
    expect(response.status, path).toBe(200);
    return response.text();
  };
  found = async (href) => {
    const [page = '', query = ''] = href.split('?');
    const url = `/dhos/v1/telemetry/${SEARCHES[page]}?${query}&total=true&page_size=1`;
    const response = await app.request(url, { headers: { Authorization: `Bearer ${await token}` } });
    expect(response.status, href).toBe(200);
    return ((await response.json()) as { total: { count: number } }).total.count;
  };
});

describe('every number of a page that leads to people', () => {
  it.each([
    ['', 12],
    ['?audience=clinician', 8],
    ['?app_product=%C3%9Cbung+%26+%3CTest%3E&below=4.2', 4],
    ['adoption', 8],
    ['releases?audience=clinician', 8],
    ['breakdown?by=app_version&by=phone_os&top=1000', 10],
    ['breakdown?by=phone_os&app_version=&app_version=a%26b%3Dc%23d', 1],
    ['breakdown?audience=clinician&by=desktop_os,app_version&since_from=2023-02-01T00:00:00Z', 6],
    ['meter-verification', 2],
    ['meter-verification?by=serial_number&top=1000', 5],
    ['meter-verification?unit=reading&by=app_version&from=2022-01-05&to=2022-01-20', 2],
  ])('%s: leads to as many as it says', async (path, least) => {
    const html = await look(path);
    const links = [...html.matchAll(/<a href="((?:patients|clinicians|meters)\?[^"]*)">([\d,]+)<\/a>/g)];
    expect(links.length).toBeGreaterThanOrEqual(least);
    for (const [, href = '', text = ''] of links) {
      const decoded = href.replaceAll('&amp;', '&');
      expect(await found(decoded), decoded).toBe(Number(text.replaceAll(',', '')));
    }
  });
});
