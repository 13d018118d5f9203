import { expect, test } from 'vitest';
import { dashboardOver, problem, tokenOf } from './support/scripted-api.js';

const AT = '2026-01-31T09:30:00.000Z';

function found(version: string) {
  const installation = {
    app_version: version,
    manufacturer: 'Apple',
    display_name: 'iPhone 13',
    phone_os: 'iOS',
    phone_os_version: '18.3',
  };
  const result = {
    patient_id: 'p/1 <b>',
    app_product: 'GDM',
    since: AT,
    version_since: AT,
    last_seen: AT,
    installations: 2,
    installation,
  };
  return { results: [result], next_page_token: 'next', as_of: AT, total: { count: 10_000, exact: false } };
}

test('the search passes the address’s parameters on, and shows what was found as text', async () => {
  const { enter, send, calls } = dashboardOver(() => found('<script>alert(1)</script>'));
  await enter();
  const response = await send('patients?app_version=4.1.0&app_version=&page_token=here');
  const html = await response.text();
  expect(calls[0]?.url.href).toBe(
    'http://api.test/dhos/v1/telemetry/patients?app_version=4.1.0&app_version=&total=true&page_token=here',
  );
  expect(response.status).toBe(200);
  expect(html).not.toContain('<script');
  expect(html).toContain('<bdi class="text">&lt;script&gt;alert(1)&lt;/script&gt;</bdi>');
  expect(html).toContain('More than 10,000 found');
  expect(html).toContain('href="patients?app_version=4.1.0&amp;app_version=&amp;page_token=next"');
});

test('a form’s empty fields are not filled in: the address afterwards holds only what was written', async () => {
  const { enter, send, calls } = dashboardOver(() => found('1'));
  await enter();
  const response = await send(
    'patients?form=1&patient_id=&app_version=4.1.0&app_version=&since_from=2026-01-31T09%3A30&empty=model',
  );
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe(
    'patients?app_version=4.1.0&since_from=2026-01-31T09%3A30%3A00.000Z&model=',
  );
  expect(calls).toEqual([]);
});

test('a fault stands beside its field, and one of no field above them', async () => {
  const errors = [
    { path: '?app_version_below', message: 'must be a version' },
    { path: '?colour', message: 'is no parameter' },
  ];
  const { enter, send } = dashboardOver(() => problem(400, 'The query is not valid.', errors));
  await enter();
  const html = await (await send('patients?app_version_below=x&colour=red')).text();
  expect(html).toContain('<span class="fault" id="app_version_below-fault">must be a version</span>');
  expect(html).toMatch(
    /<input id="app_version_below"[^>]*aria-describedby="app_version_below-hint app_version_below-fault"[^>]*value="x"/,
  );
  expect(html).toMatch(/role="alert"><li><code>colour: <\/code>is no parameter/);
});

test.each(['patients', 'clinicians', 'meters'])(
  '%s: every text that anyone may have sent is shown as text',
  async (path) => {
    const hostile = '"><img src=x onerror=alert(1)>&lt;</bdi>\u202E\u0000';
    const record = Object.fromEntries(
      ['uuid', 'patient_id', 'clinician_id', 'app_product', 'app_version', 'manufacturer', 'display_name', 'phone_os']
        .concat('phone_os_version', 'desktop_os', 'desktop_os_version', 'serial_number', 'mobile_id')
        .map((name) => [name, hostile]),
    );
    const row = {
      ...record,
      since: AT,
      version_since: AT,
      last_seen: hostile,
      date_verified: AT,
      installation: record,
    };
    const found = { results: [row], next_page_token: hostile, as_of: AT, total: { count: 1, exact: true } };
    const scope = 'read:gdm_telemetry_fleet read:gdm_telemetry_all';
    const { enter, send } = dashboardOver(() => found, tokenOf({ scope, metadata: { clinician_id: hostile } }));
    await enter();
    const response = await send(
      `${path}?model=${encodeURIComponent(hostile)}&${encodeURIComponent(hostile)}=${encodeURIComponent(hostile)}`,
    );
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).not.toMatch(/<img|onerror=alert\(1\)>(?!&)/);
    expect(html.match(/<bdi/g)?.length).toBeGreaterThan(4);
    expect(html.match(/<bdi/g)?.length).toBe(html.match(/<\/bdi>/g)?.length);
    expect(html).toContain('href="person?id=%22%3E%3Cimg');
  },
);
