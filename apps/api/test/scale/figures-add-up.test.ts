import { randomNumbers } from '@polaris-telemetry/domain/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clinicianInstallations, type Kind, patientInstallations } from '../support/kinds.js';
import { callOverHttp } from '../support/over-http.js';
import { Service } from '../support/service.js';
import { type SuiteDatabase, startSuiteDatabase } from '../support/suite-database.js';
import { tokenFor } from '../support/tokens.js';

type Json = Record<string, unknown>;

const T = '/dhos/v1/telemetry';
const PRODUCTS = ['GDM', 'a "quoted" & product'];
const VERSIONS = ['4.2', '4.10', '4.10.0', 'v4.2-rc', 'dev', ''];
const ROUNDS = 3;
const WRITES = 25;

const random = randomNumbers(20_221_126);
const pick = <One>(list: readonly One[]): One => list[Math.floor(random() * list.length)] as One;
const day = () => `2022-0${1 + Math.floor(random() * 6)}-${10 + Math.floor(random() * 18)}`;
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

let database: SuiteDatabase;
let url: string;
let token: string;

beforeAll(async () => {
  database = await startSuiteDatabase();
  url = await (await new Service({ ...database.env, SHUTDOWN_DELAY: '0' }).ready()).url();
  token = await tokenFor({ scope: 'read:gdm_telemetry_fleet', metadata: { system_id: 'analyst' } });
});
afterAll(async () => {
  await Service.endAll();
  await database.stop();
});

const made: { readonly kind: Kind; readonly owner: string; readonly uuid: string }[] = [];

async function writeByApi(): Promise<void> {
  const record = pick(made);
  if (record !== undefined && random() < 0.4) {
    const { kind, owner, uuid } = record;
    const body = random() < 0.7 ? { app_version: pick(VERSIONS) } : { [kind.date]: `${day()}T00:00:00Z` };
    const path = `${kind.collection(owner)}/${uuid}`;
    // SQL may have deleted it.
    expect([200, 404]).toContain(
      (await callOverHttp(url, 'PATCH', path, { token: await kind.tokenFor(owner), body })).status,
    );
    return;
  }
  const kind = pick([patientInstallations, clinicianInstallations]);
  const owner = `person-${Math.floor(random() * 8)}`;
  const body = {
    ...kind.body,
    [kind.date]: `${day()}T12:00:00Z`,
    app_product: pick(PRODUCTS),
    app_version: pick(VERSIONS),
  };
  const { json } = await callOverHttp(url, 'POST', kind.collection(owner), {
    token: await kind.tokenFor(owner),
    body,
  });
  made.push({ kind, owner, uuid: String(json['uuid']) });
}

async function writeBySql(): Promise<void> {
  const [table, owner] = pick([
    ['mobile', 'patient_id'],
    ['desktop', 'clinician_id'],
  ] as const);
  const some = `uuid in (select uuid from ${table} order by random() limit 2)`;
  await database.sql(
    pick([
      `update ${table} set app_version = ${quoted(pick(VERSIONS))}, modified = '${day()}' where ${some}`,
      `update ${table} set app_product = ${quoted(pick(PRODUCTS))} where ${some}`,
      `update ${table} set created = '${day()}', modified = '${day()}' where ${some}`,
      `update ${table} set ${owner} = 'person-${Math.floor(random() * 8)}' where ${some}`,
      `delete from ${table} where uuid in (select uuid from ${table} order by random() limit 1)`,
    ]),
  );
}

async function get(path: string): Promise<Json> {
  const { status, json, text } = await callOverHttp(url, 'GET', path, { token });
  expect(status, text).toBe(200);
  return json;
}

const sum = (numbers: readonly unknown[]) => numbers.reduce<number>((total, each) => total + Number(each), 0);
const rowsOf = (json: Json) => json['results'] as readonly Json[];
const peopleOf = (json: Json) => sum(rowsOf(json).map(({ people }) => people));

/** The figures of a product, each document of which adds up in itself. Returns those that open to people. */
async function figuresOf(audience: string, product: string): Promise<readonly (readonly [unknown, unknown])[]> {
  const about = `audience=${audience}&app_product=${encodeURIComponent(product)}`;
  const adoption = await get(`${T}/reports/adoption?${about}&from=2022-01-01&interval=month&top=2`);
  const series = adoption['series'] as readonly { readonly people: readonly number[] }[];
  const other = adoption['other'] as { readonly people: readonly number[] };
  const unknown = adoption['unknown'] as readonly number[];
  for (const [index, people] of (adoption['people'] as readonly number[]).entries())
    expect(sum([...series.map((one) => one.people[index]), other.people[index], unknown[index]])).toBe(people);
  const releases = await get(`${T}/reports/releases?${about}`);
  expect(peopleOf(releases)).toBe(releases['people']);
  const system = audience === 'patient' ? 'model' : 'desktop_os';
  const groups = await get(`${T}/reports/breakdown?${about}&by=app_version,${system}&top=2`);
  expect(peopleOf(groups) + (groups['other'] as { readonly people: number }).people).toBe(groups['people']);
  const outdated = await get(`${T}/reports/outdated?${about}&below=4.10`);
  expect(peopleOf(outdated)).toBe(outdated['people_below']);
  return [
    ...[releases, groups, outdated].flatMap(rowsOf).map(({ people, search }) => [people, search] as const),
    [outdated['people_below'], outdated['search']],
  ];
}

const everyProduct = ['patient', 'clinician'].flatMap((audience) =>
  PRODUCTS.map((product) => [audience, product] as const),
);

it('every report adds up while records change, and each of its numbers opens to exactly its people', async () => {
  await expect.poll(async () => (await callOverHttp(url, 'GET', `${T}/patients`, { token })).status).toBe(200);
  let opened = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let isWriting = true;
    const reading = (async () => {
      while (isWriting) for (const [audience, product] of everyProduct) await figuresOf(audience, product);
    })();
    for (let write = 0; write < WRITES; write++) await (random() < 0.7 ? writeByApi() : writeBySql());
    isWriting = false;
    await reading;
    await expect.poll(() => database.sql('select from fleet_queue limit 1'), { interval: 50 }).toEqual([]);
    const products = await get(`${T}/reports/products`);
    const figures = rowsOf(products).map(({ people, search }) => [people, search] as const);
    for (const [audience, product] of everyProduct) figures.push(...(await figuresOf(audience, product)));
    for (const [people, search] of figures) {
      const found = await get(`${String(search)}&page_size=1000`);
      expect([rowsOf(found).length, found['next_page_token']], String(search)).toEqual([people, null]);
      opened += Number(people);
    }
  }
  expect(opened).toBeGreaterThan(50);
});
