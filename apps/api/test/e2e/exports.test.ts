import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { awkwardTexts } from '@polaris-telemetry/domain/testing';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOverHttp } from '../support/over-http.js';
import { Service } from '../support/service.js';
import { type SuiteDatabase, startSuiteDatabase } from '../support/suite-database.js';
import { readAllToken, tokenFor } from '../support/tokens.js';

const EXPORT = '/dhos/v1/telemetry/export';

let database: SuiteDatabase;
let service: Service;
let url: string;
let token: string;

beforeAll(async () => {
  database = await startSuiteDatabase();
  service = await new Service({ ...database.env, SHUTDOWN_DELAY: '0' }).ready();
  url = await service.url();
  token = await tokenFor({ scope: 'export:gdm_telemetry_all', metadata: { system_id: 'warehouse' } });
});
afterAll(async () => {
  await Service.endAll();
  await database.stop();
});

const get = async (path: string) => callOverHttp(url, 'GET', `${EXPORT}/${path}`, { token });
const linesOf = (text: string) => text.split('\n').slice(0, -1);
const recordsOf = (text: string) => linesOf(text).slice(0, -1);
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

const HOSTILE = [
  ...awkwardTexts,
  '=1+1',
  '+SUM(A1)',
  '-2',
  '@x',
  '\t=1',
  '\r=1',
  '=HYPERLINK("http://evil.test";"x")',
  '"=1"',
  ',=1',
  "'=1",
  '\n=1',
  "=cmd|' /C calc'!A0",
  '\u2028\u2029\u0000'.replace('\u0000', ''),
  '1e5',
  '-0.5',
];
const DATES = [
  'infinity',
  '-infinity',
  '0001-01-01 00:00:00',
  '0044-03-15 12:00:00 BC',
  '294276-12-31 23:59:59.999999',
  '9999-12-31 23:59:59.999999',
  '2022-03-04 05:06:07.089123',
  '2022-03-04 05:06:07',
  '1969-12-31 23:59:59.9999',
];
const OFFSETS = [
  0, 30, -30, 59, 60, -60, 3_600, -19_800, 20_700, 86_340, 86_399, 86_400, -86_400, 2_147_483_647, -2_147_483_648,
  5_025,
];
const NUMBERS = [
  'NaN',
  'Infinity',
  '-Infinity',
  '-0',
  '0',
  '5e-324',
  '1.7976931348623157e308',
  '1e21',
  '1e20',
  '123456789012345680000',
  '1e15',
  '1234567890123456.7',
  '999999999999999.9',
  '0.1',
  '1e-4',
  '0.00001234',
  '1.5e-5',
  '1e-6',
  '9.99e-7',
  '1e-7',
  '-1.25e-10',
  '1e-100',
  '-6',
  '5.6',
  '4.35',
  '1e16',
  '-123456.789e3',
];

describe('an export of what the original let in', () => {
  const doubles: number[] = [];
  beforeAll(async () => {
    const view = new DataView(new ArrayBuffer(8));
    for (let index = 0; index < 500; index++) {
      view.setUint32(0, Math.floor(Math.random() * 2 ** 32));
      view.setUint32(4, Math.floor(Math.random() * 2 ** 32));
      const value = view.getFloat64(0);
      doubles.push(
        Number.isFinite(value) ? value : index,
        (Math.random() - 0.5) * 10 ** Math.floor(Math.random() * 44 - 22),
      );
    }
    const numbers = [...NUMBERS, ...doubles.map(String)];
    const meters = numbers.map(
      (value, index) =>
        `('m${index}', ${literal(DATES[index % DATES.length] ?? '')}, 'a', '2022-01-01', 'b', 'p', ${literal(HOSTILE[index % HOSTILE.length] ?? '')}, 'p', ${literal(DATES[(index + 3) % DATES.length] ?? '')}, ${index % 3 === 0 ? 'null' : index % 3 === 1}, 'GDM', '1', '${value}')`,
    );
    await database.sql(
      `insert into blood_glucose_meter values ${meters.join(',')}, ('none', 'now', '', 'now', '', '', '', 'p', 'now', null, '', '', null)`,
    );
    const phones = OFFSETS.flatMap((offset) =>
      DATES.map((date, index) => {
        const text = (shift: number) => literal(HOSTILE[(index + shift + Math.abs(offset)) % HOSTILE.length] ?? '');
        return `('i${offset}:${index}', ${literal(date)}, ${text(1)}, ${literal(date)}, ${text(2)}, 'p', ${text(3)}, ${literal(date)}, ${offset}, ${text(4)}, ${text(5)}, ${text(6)}, ${text(7)}, ${text(8)}, ${text(9)}, ${text(10)})`;
      }),
    );
    await database.sql(`insert into mobile values ${phones.join(',')}`);
  });

  it.each([
    ['patient_installations', 'installation'],
    ['blood_glucose_meters', 'blood_glucose_meter'],
  ])('has each of the %s as GET returns it', async (table, collection) => {
    const lines = recordsOf((await get(table)).text);
    const reader = await readAllToken();
    const ids = lines.map((line) => String(JSON.parse(line).uuid));
    expect(new Set(ids).size).toBe(ids.length);
    expect(lines.length).toBeGreaterThan(100);
    for (let index = 0; index < lines.length; index += 50) {
      const answers = await Promise.all(
        ids
          .slice(index, index + 50)
          .map((id) =>
            callOverHttp(url, 'GET', `/dhos/v1/patient/p/${collection}/${encodeURIComponent(id)}`, { token: reader }),
          ),
      );
      expect(lines.slice(index, index + 50)).toEqual(answers.map(({ text }) => text));
    }
  });

  it('has no cell that a spreadsheet evaluates, and no other number, in CSV', async () => {
    for (const table of ['patient_installations', 'blood_glucose_meters']) {
      const records = recordsOf((await get(table)).text).map((line) => Object.values(JSON.parse(line)));
      const [header, ...rows] = parse((await get(`${table}?format=csv`)).text, {
        record_delimiter: '\r\n',
      }) as string[][];
      expect(header?.[0]).toBe('uuid');
      expect(rows).toHaveLength(records.length);
      for (const [index, record] of records.entries()) {
        const cells = record.map((value) => {
          if (typeof value !== 'string') return value === null ? '' : String(value);
          return /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
        });
        expect(rows[index]).toEqual(cells);
      }
    }
  });
});

describe('an export of many records', () => {
  const ROWS = 6_000;
  beforeAll(async () => {
    await database.sql(`
      insert into desktop select gen_random_uuid(), '2022-01-01', 'c', timestamp '2022-01-01' + n * interval '1 hour', 'c', 'c' || n % 100, repeat('d', 500),
        '2022-01-01', 0, 'GDM', '1.' || n % 7, 'Windows', '11', '::1' from generate_series(1, ${ROWS}) n`);
    await database.sql(
      `update desktop set app_version = '2' where uuid in (select uuid from desktop order by uuid limit 1000)`,
    );
    await database.sql(`update desktop set app_version = '3' where uuid = (select min(uuid) from desktop)`);
    await database.sql(
      `do $$ begin for n in 1..2500 loop update desktop set app_version = 'v' || n where uuid = (select max(uuid) from desktop); end loop; end $$`,
    );
  });

  it('has each of them once, in order, and resumes anywhere', async () => {
    const { text } = await get('clinician_installations');
    const ids = recordsOf(text).map((line) => JSON.parse(line).uuid);
    const stored = (await database.sql('select uuid from desktop order by uuid')).map(({ uuid }) => uuid);
    expect(ids).toEqual(stored);
    const end = text.lastIndexOf('\n', text.length - 2) + 1;
    expect(JSON.parse(text.slice(end))).toEqual({
      _end: true,
      rows: ROWS,
      sha256: createHash('sha256').update(text.slice(0, end)).digest('hex'),
    });
    for (const at of [1_999, 2_000, 4_003]) {
      const rest = await get(`clinician_installations?after=${ids[at]}`);
      expect(recordsOf(rest.text)).toEqual(recordsOf(text).slice(at + 1));
    }
    const some = await get(
      'clinician_installations?modified_from=2022-03-01T00:00:00Z&modified_before=2022-03-02T00:00:00Z',
    );
    expect(recordsOf(some.text)).toHaveLength(24);
  });

  it('of their revisions too', async () => {
    const { text } = await get('revisions');
    const lines = recordsOf(text).map((line) => JSON.parse(line));
    const [counts] = await database.sql(`select
      (select count(*) from desktop) + (select count(*) from desktop_revision) + (select count(*) from mobile) + (select count(*) from blood_glucose_meter) as n`);
    expect(lines).toHaveLength(Number(counts?.['n']));
    const places = lines.map(({ uuid, kind, revision }) => `${uuid}:${kind}:${revision}`);
    expect(new Set(places).size).toBe(places.length);
    const ofLast = lines.filter(({ uuid, kind }) => kind === 'clinician_installation' && uuid === lines.at(-1).uuid);
    for (const [index, { revision, changes }] of ofLast.entries()) {
      expect(revision).toBe(index + 1);
      expect(changes).toHaveLength(index === 0 ? 0 : 1);
    }
    for (const at of [700, lines.length - 2_200, lines.length - 2]) {
      const rest = await get(`revisions?after=${encodeURIComponent(places[at] ?? '')}`);
      expect(recordsOf(rest.text)).toEqual(recordsOf(text).slice(at + 1));
    }
  });

  /** Begins an export on a connection of its own, and reads nothing but what is asked for. */
  async function begin(path: string): Promise<Socket> {
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET ${EXPORT}/${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await new Promise((resolve) => socket.once('readable', resolve));
    return socket;
  }

  it('stops reading the database when the client stops, leaves two places, and takes them back from clients that go', async () => {
    const slow = [await begin('clinician_installations'), await begin('revisions')];
    expect((await get('revisions')).status).toBe(503);
    expect((await callOverHttp(url, 'HEAD', `${EXPORT}/revisions`, { token })).status).toBe(200);
    const running = () =>
      database.sql(
        `select count(*)::int as n from pg_stat_activity where application_name = 'polaris-telemetry' and (state = 'active' or xact_start is not null) and pid <> pg_backend_pid() and query like '%looked%'`,
      );
    await expect.poll(running).toEqual([{ n: 0 }]);
    for (const socket of slow) socket.destroy();
    await expect.poll(async () => (await get('patient_installations')).status).toBe(200);
  });

  it('never looks complete when it cannot go on', async () => {
    // Far more than the sockets' buffers hold, so that it cannot be complete before the table is gone.
    await database.sql(`update desktop set ip_address = repeat('x', 10000)`);
    const socket = await begin('clinician_installations');
    await sleep(200);
    await database.sql('alter table desktop rename to elsewhere');
    let text = '';
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.setEncoding('latin1').on('data', (piece) => {
      text += piece;
    });
    await closed;
    await database.sql('alter table elsewhere rename to desktop');
    expect(text.startsWith('HTTP/1.1 200')).toBe(true);
    expect(text).not.toContain('_end');
    expect(text.endsWith('0\r\n\r\n')).toBe(false);
  });

  it('is cut at the end of the service, within 10 s, and looks complete in no format', async () => {
    const other = await new Service({ ...database.env, SHUTDOWN_DELAY: '0' }).ready();
    const port = await other.port();
    const exports = await Promise.all(
      ['ndjson', 'csv'].map(async (format) => {
        const path = `${EXPORT}/clinician_installations?format=${format}`;
        const asking = request({ port, path, headers: { Authorization: `Bearer ${token}` } });
        asking.end();
        const [response] = (await once(asking, 'response')) as [IncomingMessage];
        const ended = new Promise((resolve) => {
          response.on('error', () => {}).once('close', resolve);
        });
        let text = '';
        // 64 KiB at a time: within 10 s much more than the buffers between the two hold, and far less than the table.
        const slowly = setInterval(() => {
          text += response.read() ?? '';
        }, 20);
        return { response, ended, slowly, text: () => text };
      }),
    );
    const began = performance.now();
    other.kill('SIGTERM');
    expect(await other.exit).toEqual({ code: 0, signal: null });
    // 10 s are promised; the rest is for a busy machine.
    expect(performance.now() - began).toBeLessThan(15_000);
    for (const { response, ended, slowly, text } of exports) {
      clearInterval(slowly);
      let rest = '';
      response.on('data', (piece) => {
        rest += piece;
      });
      await ended;
      expect([response.statusCode, response.complete]).toEqual([200, false]);
      expect((text() + rest).length).toBeGreaterThan(5_000_000);
      expect(rest).not.toContain('_end');
    }
  });
});
