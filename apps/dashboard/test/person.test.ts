import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ACCESS, DESKTOP, METER, PHONE, peopleOf, type World } from './support/people.js';
import { dashboardOver, problem, tokenOf } from './support/scripted-api.js';

const READ_ALL = 'read:gdm_telemetry_all';
const EXPORT = 'export:gdm_telemetry_all';
const ERASE = 'erase:gdm_telemetry_all';

async function look(path: string, world: Partial<World> = {}, scope = `${READ_ALL} ${EXPORT} ${ERASE}`) {
  const { enter, send, calls, errors } = dashboardOver(peopleOf(world), tokenOf({ scope }));
  await enter();
  const response = await send(path);
  const html = (await response.text()).replaceAll('\u00a0', ' ');
  expect(errors).toEqual([]);
  return { html, response, asked: calls.map(({ url }) => `${url.pathname}${url.search}`) };
}

const CHANGED = { ...PHONE, app_version: '4.2.0', modified: '2026-10-19T16:30:00.000Z', modified_by: 'support' };
const REVISIONS = [
  {
    revision: 2,
    at: CHANGED.modified,
    by: 'support',
    changes: [{ field: 'app_version', from: '4.1.0', to: '4.2.0' }],
    record: CHANGED,
  },
  { revision: 1, at: PHONE.modified, by: 'p', changes: [], record: PHONE },
];

describe('a person', () => {
  it('runs, ran, changed, and measures: as sentence, chart and tables', async () => {
    const { html, asked } = await look('person?id=p', { phones: [CHANGED], revisions: { 'i-1': REVISIONS } });
    expect(html).toContain('Runs GDM 4.2.0 on iPhone 13.');
    expect(html).toMatch(
      /<title id="timeline-patient-title">Installations from 2 Mar 2026 to 26 Nov 2026 [^<]*<\/title><desc id="timeline-patient-desc">1 installation, changed once since\. Runs GDM 4\.2\.0/,
    );
    expect(html).toContain('GDM 4.1.0, 4.2.0 on iPhone 13</text>');
    expect(html.match(/class="moment"/g)).toHaveLength(1);
    expect(html).toContain('version: <bdi class="text">4.1.0</bdi> → <bdi class="text">4.2.0</bdi>');
    expect(html).toContain('30341974');
    expect(html).toContain('<strong class="fault">no</strong>');
    expect(html).not.toContain('As a clinician');
    expect(asked).toContain('/dhos/v1/patient/p/installation/i-1/revision');
  });

  it('of whom no record changed has no revisions to ask for', async () => {
    const { html, asked } = await look('person?id=p');
    expect(asked).toEqual([
      '/dhos/v1/patient/p/device_summary',
      '/dhos/v1/clinician/p/device_summary',
      '/dhos/v1/telemetry/accesses?person_id=p&page_size=30',
    ]);
    expect(html).toContain('1 installation, never changed since.');
    expect(html).not.toContain('Changes of installations');
  });

  it('is a patient and a clinician at once, and may have neither', async () => {
    const { html } = await look('person?id=p', { desktops: [DESKTOP] });
    expect(html.indexOf('As a patient')).toBeLessThan(html.indexOf('As a clinician'));
    expect(html).toContain('Runs GDM 2.6.0 on Windows.');
    const unknown = await look('person?id=p', { phones: [], meters: [] });
    expect(unknown.html).toContain('The service knows no device of a person with this id.');
  });

  it('may have an id that no address of a record can hold, and rights all the same', async () => {
    const { enter, send } = dashboardOver(
      (url, init) => (url.pathname.endsWith('device_summary') ? problem(404, 'Nothing.') : peopleOf()(url, init)),
      tokenOf({ scope: `${READ_ALL} ${ERASE}` }),
    );
    await enter();
    const response = await send('person?id=p%2F1');
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('The service knows no device of a person with this id.');
    expect(html).toContain('href="erase?id=p%2F1"');
  });

  it('is asked for by a form if the address names no one', async () => {
    const { html, asked } = await look('person');
    expect(html).toContain('<label for="id">Id of a patient or clinician</label>');
    expect(asked).toEqual([]);
  });

  it('has more installations than a page: the next ones have an address, and no chart that begins in the middle', async () => {
    const phones = Array.from({ length: 12 }, (_, index) => ({ ...PHONE, uuid: `i-${index}` }));
    const first = await look('person?id=p', { phones });
    expect(first.html).toContain('href="person?id=p&amp;phones=next"');
    const next = await look('person?id=p&phones=here', { phones });
    expect(next.asked).toContain('/dhos/v1/patient/p/installation?page_size=10&page_token=here');
    expect(next.html).not.toContain('class="plot');
    expect(next.html).toContain('href="person?id=p">First page of installations</a>');
  });

  it('is shown as far as the token goes, and nothing else is asked for or offered', async () => {
    const support = await look('person?id=p', {}, READ_ALL);
    expect(support.html).toContain('Who looked is not shown');
    expect(support.html).toContain(`<code>${ERASE}</code>`);
    expect(support.html).not.toMatch(/href="(erase|personal-data|accesses|receipts)/);
    expect(support.asked.join()).not.toContain('accesses');
    const officer = await look('person?id=p', {}, ERASE);
    expect(officer.html).toContain('Devices are not shown');
    expect(officer.html).toContain('href="erase?id=p"');
    expect(officer.asked).toEqual([]);
    expect((await look('person?id=p', {}, 'read:gdm_telemetry_fleet')).response.status).toBe(403);
  });

  it('is shown as text, whatever it holds, and stays below 30 kB, compressed', async () => {
    const hostile = '</svg></title><script>alert(1)</script>\u202e"\'&';
    const phones = Array.from({ length: 10 }, (_, index) => ({
      ...CHANGED,
      uuid: `i-${index}`,
      app_product: `${hostile}${index}`,
      app_version: `${hostile}${index}`,
      display_name: hostile,
      unique_device_code: `${index * 7919}${hostile}`,
    }));
    const revisions = Object.fromEntries(
      phones.map((phone) => [
        phone.uuid,
        Array.from({ length: 50 }, (_, index) => ({
          ...REVISIONS[0],
          revision: 50 - index,
          changes: [{ field: hostile, from: null, to: `${index * 104_729}` }],
          record: phone,
        })),
      ]),
    );
    const meters = Array.from({ length: 10 }, (_, index) => ({ ...METER, serial_number: `${hostile}${index}` }));
    const accesses = Array.from({ length: 30 }, (_, index) => ({
      ...ACCESS,
      actor: hostile,
      request_id: `${index}`,
      operation: hostile,
    }));
    const { html, response } = await look(`person?id=${encodeURIComponent(hostile)}`, {
      phones,
      revisions,
      meters,
      accesses,
    });
    expect(response.status).toBe(200);
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toMatch(/<script|\sstyle=|<style|\son\w+=/);
    expect(html.match(/<svg/g)?.length).toBe(html.match(/<\/svg>/g)?.length);
    expect(gzipSync(html).length).toBeLessThan(30_000);
  });
});

describe('the data of a person', () => {
  it('are a file to download, which no cache stores', async () => {
    const { html, response, asked } = await look('personal-data.json?id=p%2F1');
    expect(asked).toEqual(['/dhos/v1/telemetry/people/p%2F1/personal_data']);
    expect(JSON.parse(html)).toEqual({ person_id: 'p', as_of: '2026-11-26T09:00:00.000Z' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'content-disposition': 'attachment; filename="personal-data.json"',
      'cache-control': 'no-store',
    });
    expect((await look('personal-data.json?id=p', {}, READ_ALL)).response.status).toBe(403);
  });
});

describe('who looked', () => {
  it('joins what the API was asked at once, and says in words what it was', async () => {
    const { html, asked } = await look('accesses?actor=staff-2', {
      accesses: [
        { ...ACCESS, operation: 'GET /dhos/v1/patient/{patient_id}/installation' },
        ACCESS,
        { ...ACCESS, request_id: 'look-2', status: 403 },
        { ...ACCESS, request_id: 'look-3', operation: 'POST /dhos/v1/telemetry/erasures' },
        { ...ACCESS, request_id: 'look-4', operation: 'POST /dhos/v1/telemetry/erasures', status: 201 },
        { ...ACCESS, request_id: 'look-5', operation: 'GET /new', person_id: null as never, query: 'a=b&total=true' },
      ],
    });
    expect(asked).toEqual(['/dhos/v1/telemetry/accesses?actor=staff-2']);
    const cells = [...html.matchAll(/data-head="What"><span>(.*?)<\/span><\/td>/g)].map(([, what]) => what);
    expect(cells).toEqual([
      'installations, devices',
      'devices',
      'what an erasure would erase',
      'erasure',
      'GET /new <code>a=b</code>',
    ]);
    expect(html).toContain('refused (403)');
    expect(html).toContain('no single one');
  });

  it('leads from no erased person to anyone', async () => {
    const { html } = await look('accesses', { accesses: [{ ...ACCESS, person_id: 'erased' }] });
    expect(html).toContain('<span class="muted">erased</span>');
    expect(html).not.toContain('person?id=erased');
  });
});
