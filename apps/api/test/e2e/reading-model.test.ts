import { type Instant, instantFromEpochMilliseconds } from '@polaris-telemetry/domain';
import { type InMemoryStore, recordId } from '@polaris-telemetry/domain/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bloodGlucoseMeters } from '../../../../packages/adapters/src/postgres/mappings/blood-glucose-meters.js';
import { desktopInstallations } from '../../../../packages/adapters/src/postgres/mappings/desktop-installations.js';
import { mobileInstallations } from '../../../../packages/adapters/src/postgres/mappings/mobile-installations.js';
import { clinicianInstallations, type Kind, meters, patientInstallations } from '../support/kinds.js';
import { Service } from '../support/service.js';
import { type SuiteDatabase, startSuiteDatabase } from '../support/suite-database.js';
import { referenceBeside } from '../support/test-app.js';
import { tokenFor } from '../support/tokens.js';

// Random histories, made by the API and by SQL, are read through the API of the service and of the reference: the same
// application over memory.

/** One write. */
interface Step {
  readonly kind: number;
  readonly what: 'register' | 'change' | 'overwrite' | 'insert' | 'move' | 'delete';
  readonly owner: number;
  /** Which of the records made so far. */
  readonly target: number;
  readonly version: string;
  readonly date: string;
  /** Of rows that SQL writes. */
  readonly modified: string;
}

const OWNERS = Array.from({ length: 9 }, (_, index) => `owner-${index}`);
const dates = ['2022-01-01T00:00:00.000001Z', '2022-02-03T04:05:06Z', '1970-01-01T00:00:00Z', '2099-01-01T00:00:00Z'];
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(0, 0, 0, 1, 2),
  what: fc.constantFrom(
    'register',
    'register',
    'register',
    'change',
    'change',
    'overwrite',
    'overwrite',
    'insert',
    'move',
    'delete',
  ),
  owner: fc.nat({ max: OWNERS.length - 1 }),
  target: fc.nat({ max: 30 }),
  version: fc.constantFrom('1', '1.0', '2-rc', '2', '10', 'dev', ''),
  date: fc.constantFrom(...dates),
  modified: fc.constantFrom(...dates.slice(0, 2), '2023-01-01T00:00:00Z', '2024-05-06T07:08:09.101112Z'),
});

/** A kind of record, in the database and in the reference. */
interface Stored {
  readonly kind: Kind;
  readonly table: string;
  readonly dateColumn: string;
  /** Makes a row the state of its record, as SQL did. */
  readonly mirror: (row: never) => void;
  readonly remove: (id: string) => void;
  readonly made: string[];
}

const { app, clock, store, ids } = referenceBeside();
const tables = storedIn(store);
let database: SuiteDatabase;
let sql: Awaited<ReturnType<SuiteDatabase['session']>>;
let url: string;
let staff: string;
let writer: string;

beforeAll(async () => {
  database = await startSuiteDatabase();
  url = await (await new Service({ ...database.env, SHUTDOWN_DELAY: '0' }).ready()).url();
  sql = await database.session();
  const scope = 'read:gdm_telemetry_all read:gdm_telemetry_fleet';
  staff = await tokenFor({ scope, metadata: { system_id: 'reader' } });
  const metadata = { patient_id: OWNERS, clinician_id: OWNERS };
  writer = await tokenFor({ scope: 'write:gdm_telemetry', metadata });
  const [date = ''] = dates;
  for (const owner of OWNERS.keys())
    await write({ kind: 0, what: 'register', owner, target: 0, version: '1', date, modified: date });
});
afterAll(async () => {
  await sql.end();
  await Service.endAll();
  await database.stop();
});

function storedIn({ byHand }: InMemoryStore): readonly Stored[] {
  const { patientInstallations: phones, clinicianInstallations: desktops, meters: readings } = byHand;
  return [
    {
      kind: patientInstallations,
      table: 'mobile',
      dateColumn: 'date_first_launched_',
      mirror: (row) => phones.overwrite(mobileInstallations.toEntity(row)),
      remove: (id) => phones.remove(recordId(id)),
      made: [],
    },
    {
      kind: clinicianInstallations,
      table: 'desktop',
      dateColumn: 'date_first_used_',
      mirror: (row) => desktops.overwrite(desktopInstallations.toEntity(row)),
      remove: (id) => desktops.remove(recordId(id)),
      made: [],
    },
    {
      kind: meters,
      table: 'blood_glucose_meter',
      dateColumn: 'date_verified',
      mirror: (row) => readings.overwrite(bloodGlucoseMeters.toEntity(row)),
      remove: (id) => readings.remove(recordId(id)),
      made: [],
    },
  ];
}

type Json = Readonly<Record<string, unknown>>;
type Ask = (method: string, path: string, token: string, body?: unknown) => Promise<Json>;

function asking(fetched: (path: string, init: RequestInit) => Response | Promise<Response>): Ask {
  return async (method, path, token, body) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetched(path, { method, headers, ...sent });
    const json = (await response.json()) as Json;
    expect([200, 201, 404], `${method} ${path}: ${JSON.stringify(json)}`).toContain(response.status);
    return json;
  };
}
const ofService = asking((path, init) => fetch(`${url}${path}`, init));
const ofReference = asking((path, init) => app.request(path, init));

async function rowOf({ table }: Stored, uuid: unknown): Promise<Record<string, unknown> | undefined> {
  return (await sql.query(`select * from ${table} where uuid = $1`, [uuid])).rows[0];
}

/** Writes to both. @returns whom it concerns, and which record */
async function write(given: Step): Promise<{ readonly owners: readonly string[]; readonly uuid: string }> {
  const stored = tables[given.kind] as Stored;
  const { kind, table, dateColumn, made, mirror, remove } = stored;
  const uuid = made[given.target % Math.max(made.length, 1)] ?? 'none';
  const before = await rowOf(stored, uuid);
  const owner = OWNERS[given.owner] ?? '';
  const owners = [owner, String(before?.[kind.owner] ?? owner)];
  const fields = { app_version: given.version, [kind.date]: given.date };
  /** The same through the reference, at the moment at which the service did it. */
  async function repeat(answer: Json, ...request: Parameters<Ask>): Promise<void> {
    const row = await rowOf(stored, answer['uuid']);
    if (row !== undefined) clock.set(momentOf(row['modified']));
    expect(await ofReference(...request)).toEqual(answer);
  }
  if (given.what === 'register') {
    const request = ['POST', kind.collection(owner), writer, { ...kind.body, ...fields }] as const;
    const answer = await ofService(...request);
    ids.push(String(answer['uuid']));
    made.push(String(answer['uuid']));
    await repeat(answer, ...request);
  } else if (given.what === 'change') {
    const request = ['PATCH', `${kind.collection(owners[1] ?? '')}/${uuid}`, writer, fields] as const;
    const answer = await ofService(...request);
    if (answer['uuid'] !== undefined) await repeat(answer, ...request);
  } else if (given.what === 'delete') {
    await sql.query(`delete from ${table} where uuid = $1`, [uuid]);
    remove(uuid);
  } else {
    const isNew = given.what === 'insert';
    const values = {
      app_version: given.version,
      modified: given.modified,
      ...(given.what === 'move' ? { [kind.owner]: owner } : {}),
      ...(isNew ? { uuid: `by-sql-${made.length}`, created: given.date, [dateColumn]: given.date } : {}),
      ...(table === 'blood_glucose_meter' ? { is_bg_value_correct: [true, false, null][given.target % 3] } : {}),
    };
    const names = Object.keys(values).join(', ');
    const changed = `(jsonb_populate_record(t, $1)).*`;
    const statement = isNew
      ? `insert into ${table} select ${changed} from ${table} t where uuid = $2 returning *`
      : `update ${table} set (${names}) = (select ${names} from jsonb_populate_record(null::${table}, $1)) where uuid = $2 returning *`;
    const { rows } = await sql.query(statement, [JSON.stringify(values), uuid]);
    for (const row of rows) {
      mirror(row as never);
      if (isNew) made.push(String(row['uuid']));
    }
  }
  return { owners, uuid };
}

function momentOf(column: unknown): Instant {
  const [seconds = '', fraction = ''] = String(column).split('.');
  const epochSeconds = Date.parse(`${seconds.replace(' ', 'T')}Z`) / 1000;
  return { epochSeconds, microsecond: Number(fraction.padEnd(6, '0')) };
}

/** What a path answers, page after page. @param meanwhile is done after each page but the last */
async function walk(ask: Ask, path: string, meanwhile: () => Promise<unknown> = async () => {}): Promise<Json> {
  let { next_page_token: token, as_of, results, ...answer } = await ask('GET', path, staff);
  for (; typeof token === 'string'; ) {
    await meanwhile();
    const page = await ask('GET', `${path}&page_token=${encodeURIComponent(token)}`, staff);
    results = [...(results as Json[]), ...(page['results'] as Json[])];
    token = page['next_page_token'];
  }
  if (ask === ofService) clock.set(instantFromEpochMilliseconds(Date.parse(String(as_of))));
  return { ...answer, results };
}

async function expectSame(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const answered = await walk(ofService, path);
    expect(await walk(ofReference, path), path).toEqual(answered);
  }
}

/** Waits until what was written by now is found by searches and reports. */
async function settled(): Promise<void> {
  const { rows } = await sql.query('select extract(epoch from clock_timestamp()) * 1000 as now');
  const asOf = async () => Date.parse(String((await ofService('GET', `${T}/patients?page_size=1`, staff))['as_of']));
  await expect.poll(asOf).toBeGreaterThan(Number(rows[0].now));
}

const T = '/dhos/v1/telemetry';
const PEOPLE = ['patient', 'clinician'].map((audience) => `audience=${audience}&app_product=GDM`);
const ACROSS = [
  ...['since', '-since', 'last_seen', '-last_seen'].map((sort) => `${T}/patients?page_size=4&sort=${sort}`),
  `${T}/clinicians?page_size=2&total=true`,
  `${T}/patients?app_version_from=1&app_version_below=10&total=true`,
  `${T}/patients?app_version=&app_version=dev&since_before=2022-02-01T00:00:00Z`,
  `${T}/blood_glucose_meters?page_size=3&total=true`,
  `${T}/blood_glucose_meters?page_size=3&sort=date_verified&latest=told`,
  `${T}/reports/products`,
  `${T}/reports/meter_verification?by=app_version&unit=reading`,
  ...PEOPLE.flatMap((people) => [
    `${T}/reports/releases?${people}`,
    `${T}/reports/outdated?${people}&below=2`,
    `${T}/reports/breakdown?${people}&by=app_version&top=3`,
    `${T}/reports/adoption?${people}&interval=month&from=2021-12-01`,
  ]),
];

/** What is known of some owners and records at once. */
function ofOwners({ kind, owner, target }: Step): string[] {
  const id = OWNERS[owner] ?? '';
  const { collection } = (tables[kind] as Stored).kind;
  const uuids = (tables[kind] as Stored).made.slice(-1 - (target % 3));
  return [
    ...tables.map((each) => `${each.kind.collection(id)}?page_size=2`),
    ...['patient', 'clinician'].map((each) => `/dhos/v1/${each}/${id}/device_summary?`),
    ...uuids.flatMap((uuid) =>
      OWNERS.slice(0, 3)
        .concat(id)
        .map((each) => `${collection(each)}/${uuid}/revision?page_size=2`),
    ),
  ];
}

it('the API reads what the reference reads, and no walk misses or repeats what was left alone', async () => {
  const lengths = { minLength: 20, maxLength: 28 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, lengths), async (steps) => {
      const [before, ...during] = [steps.slice(0, -6), steps.slice(-6, -3), steps.slice(-3)];
      for (const [index, one] of before.entries()) {
        await write(one);
        if (index % 4 === 3) await expectSame(ofOwners(one));
      }
      await settled();
      await expectSame(ACROSS);

      // Now a walk, while others write.
      const [list, search] = [`${patientInstallations.collection('owner-0')}?page_size=1`, `${T}/patients?page_size=1`];
      const [listed, found] = [await walk(ofReference, list), await walk(ofReference, search)];
      const touched = { owners: new Set<unknown>(), uuids: new Set<unknown>() };
      const seen: Json[] = [];
      for (const [index, path] of [list, search].entries()) {
        const meanwhile = async () => {
          const next = during[index]?.pop();
          if (next === undefined) return;
          const { owners, uuid } = await write(next);
          for (const owner of owners) touched.owners.add(owner);
          touched.uuids.add(uuid);
        };
        seen.push(await walk(ofService, path, meanwhile));
      }
      const [seenList = {}, seenSearch = {}] = seen;
      const leftAlone = ({ results }: Json) =>
        (results as Json[])
          .filter(({ patient_id, uuid }) => (uuid ? !touched.uuids.has(uuid) : !touched.owners.has(patient_id)))
          .map(({ uuid, patient_id, app_product }) => uuid ?? [patient_id, app_product]);
      const known = new Set((listed['results'] as Json[]).map(({ uuid }) => uuid));
      expect(leftAlone(seenList).filter((uuid) => known.has(uuid))).toEqual(leftAlone(listed));
      expect(leftAlone(seenSearch)).toEqual(leftAlone(found));
      await settled();
      await expectSame([...ACROSS, ...before.slice(-2).flatMap(ofOwners)]);
    }),
    { numRuns: 2, endOnFailure: true },
  );
});
