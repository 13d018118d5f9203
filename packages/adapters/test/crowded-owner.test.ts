import { parseRetryKey, parseVersion, type Retry } from '@polaris-telemetry/domain';
import {
  aBloodGlucoseMeter,
  actor,
  aDesktopInstallation,
  aMobileInstallation,
  instant,
  meterOwnerId,
  ownerId,
  recordId,
  text,
  valid,
} from '@polaris-telemetry/domain/testing';
import pg from 'pg';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectPostgres, type PostgresStore } from '../src/index.js';
import { openClient } from '../src/postgres/connections/open-client.js';
import { NO_LIMITS, REQUEST_LIMITS } from '../src/postgres/connections/session.js';
import { SERVED_TABLE_NAMES } from '../src/postgres/tables.js';
import { databaseServers } from './support/databases.js';
import { runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

const CROWD = 100_000;
const TABLES = new Set(SERVED_TABLE_NAMES);

/** A statement as sent; those of reads have no name. */
interface Sent {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Recheck Cond'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

/** Records what goes over the wire while `work` runs. */
async function sentBy(work: () => Promise<unknown>): Promise<readonly Sent[]> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return query.mock.calls.flatMap(([config, values]: unknown[]) => {
      if (typeof config === 'string' && Array.isArray(values)) return [{ text: config, values }];
      return isSent(config) ? [config] : [];
    });
  } finally {
    query.mockRestore();
  }
}

function isSent(config: unknown): config is Sent {
  return typeof config === 'object' && config !== null && 'name' in config && typeof config.name === 'string';
}

let ids = 0;

/** Everything a caller can ask for about the `number`-th record of an owner. */
function askEverything(
  { patientInstallations, clinicianInstallations, meters }: PostgresStore,
  owner: string,
  number: number,
) {
  const at = instant('2022-05-06T07:08:09Z');
  const change = { at, by: actor('somebody') };
  const newId = () => recordId(`new-${++ids}`);
  const retry = (): Retry => ({ key: valid(parseRetryKey(`key-${++ids}`)), fingerprint: 'the same' });
  const device = { appVersion: text(`changed-${++ids}`) };
  const ref = { ownerId: ownerId(owner), id: recordId(`${owner}-${number}`) };
  const ofOwner = { ownerId: ref.ownerId };
  const meterRef = { ownerId: meterOwnerId(owner), id: ref.id };
  const mobile = aMobileInstallation({ ...ref, device: { ...aMobileInstallation().device, appVersion: text('1.0') } });
  return Promise.all([
    patientInstallations.add(aMobileInstallation({ ...ofOwner, id: newId() })),
    patientInstallations.add(aMobileInstallation({ ...ofOwner, id: newId() }), retry()),
    patientInstallations.find(ref),
    patientInstallations.findLatest(ref.ownerId),
    patientInstallations.update(ref, { ...change, fields: { device } }),
    patientInstallations.update(ref, { ...change, fields: { device } }, mobile),
    clinicianInstallations.add(aDesktopInstallation({ ...ofOwner, id: newId() })),
    clinicianInstallations.find(ref),
    clinicianInstallations.findLatest(ref.ownerId),
    clinicianInstallations.update(ref, { ...change, fields: { device } }),
    meters.add(aBloodGlucoseMeter({ patientId: meterRef.ownerId, id: newId() })),
    meters.find(meterRef),
    meters.update(meterRef, { ...change, fields: { appVersion: text(`changed-${++ids}`) } }),
  ]);
}

/**
 * An owner with 100,000 installations that all have the same date and version, beside one with ten. A statement's cost
 * is the number of blocks it touches, which no other load on the machine changes.
 */
describe.each(databaseServers())('an owner with 100,000 installations of identical dates on $name', (server) => {
  const suite = storeForSuite(server);

  beforeAll(async () => {
    const audit = `'2022-01-01', 'a', '2022-01-01', 'a'`;
    const owners = `select 'crowded', generate_series(1, ${CROWD}) union all select 'sparse', generate_series(1, 10)`;
    const rows = (columns: string) => `select owner || '-' || n, ${columns} from (${owners}) as t (owner, n)`;
    await runSql(
      suite.settings,
      `insert into mobile ${rows(`${audit}, owner, 'd', '2022-01-01', 0, 'GDM', '1.0', 'o', 'v', 'm', 'x', 'n'`)}`,
      `insert into desktop ${rows(`${audit}, owner, 'd', '2022-01-01', 0, 'GDM', '1.0', 'o', 'v', 'i'`)}`,
      `insert into blood_glucose_meter ${rows(`${audit}, 'm', 's', owner, timestamptz '2022-01-01', true, 'GDM', '1', 5`)}`,
      `insert into idempotency_key select sha256(n::text::bytea), 'mobile', 'sparse', '', '{}', '2022-01-01' from generate_series(1, 20000) as n`,
      `vacuum analyze ${SERVED_TABLE_NAMES.join(', ')}`,
    );
  });

  /** Runs the statement once more, without a trace. @returns its plan, with the blocks it touched */
  async function explain({ text, values }: Sent, way: 'direct' | 'pooled'): Promise<Plan> {
    // Through a pooler statements are not prepared, and the planner has the server's own settings.
    const limits = way === 'direct' ? REQUEST_LIMITS : NO_LIMITS;
    const { client } = await openClient(suite.settings, { limits });
    try {
      if (way === 'pooled') await client.query('set plan_cache_mode = force_custom_plan');
      await client.query(`prepare it as ${text}`);
      const given = values.map((value) => (value === null ? 'null' : pg.escapeLiteral(literalOf(value))));
      await client.query('begin');
      const call = given.length === 0 ? 'it' : `it (${given.join(', ')})`;
      const { rows } = await client.query(`explain (analyze, buffers, format json) execute ${call}`);
      return rows[0]['QUERY PLAN'][0].Plan;
    } finally {
      await client.end();
    }
  }

  async function blocksOf(sent: Sent, way: 'direct' | 'pooled'): Promise<number> {
    const plan = await explain(sent, way);
    for (const node of nodes(plan)) {
      if (!TABLES.has(node['Relation Name'] ?? '') || node['Node Type'] === 'ModifyTable') continue;
      expect(node['Node Type'], `${sent.name} reads ${node['Relation Name']}`).toMatch(/^(Index|Bitmap Heap) Scan$/);
      expect(node['Index Cond'] ?? node['Recheck Cond'], sent.text).toBeDefined();
    }
    return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  }

  it.each(['direct', 'pooled'] as const)('costs no more than one with ten (%s)', async (way) => {
    const cost = async (owner: string) => {
      const sent = await sentBy(() => askEverything(suite.store, owner, 1 + (ids % 9)));
      const costs = new Map<string, number>();
      for (const one of sent.filter(({ name }) => name !== undefined)) {
        // Ids and keys of their own, because what was sent is stored by now.
        const values = one.values.map((value) =>
          typeof value === 'string' ? value.replaceAll('new-', 'newer-') : value,
        );
        costs.set(one.name ?? '', await blocksOf({ ...one, values }, way));
      }
      return costs;
    };
    const [sparse, crowded] = [await cost('sparse'), await cost('crowded')];
    expect([...crowded.keys()].sort()).toEqual([...sparse.keys()].sort());
    expect(crowded.size).toBeGreaterThanOrEqual(12);
    for (const [name, blocks] of crowded) {
      expect(blocks, `${name}: ${blocks} blocks, ${sparse.get(name)} for ten`).toBeLessThan(
        (sparse.get(name) ?? 0) + 60,
      );
    }
  });

  it.each(['direct', 'pooled'] as const)('costs so much for each of many at once (%s)', async (way) => {
    const numbers = Array.from({ length: 50 }, (_, index) => 1_000 + index);
    const sent = await sentBy(() =>
      Promise.all(
        numbers.map((number) =>
          suite.store.patientInstallations.find({ ownerId: ownerId('crowded'), id: recordId(`crowded-${number}`) }),
        ),
      ),
    );
    const latest = await sentBy(() =>
      Promise.all(numbers.map(() => suite.store.clinicianInstallations.findLatest(ownerId('crowded')))),
    );
    for (const one of [...sent, ...latest]) expect(await blocksOf(one, way)).toBeLessThan(numbers.length * 20);
  });

  it('costs so much for each page of the list, however deep', async () => {
    const list = suite.store.queries.patientInstallations;
    const deep = JSON.stringify(['2022-01-01 00:00:00', '1.0', '', '2022-01-01 00:00:00', 'crowded-2']);
    // The read's connection is opened under the eyes of the recorder, once.
    const sent = await sentBy(async () => {
      for (const after of [undefined, deep]) await list.list(ownerId('crowded'), { limit: 50, after });
    });
    const selects = sent.filter(({ text }) => text.includes('"mobile"'));
    expect(selects).toHaveLength(4);
    // 51 entries of the index and their rows, then 50 rows by primary key.
    for (const select of selects) expect(await blocksOf(select, 'pooled')).toBeLessThan(500);
  });

  it('among so many meters, a total stops at 10,000 and says so', async () => {
    const total = async (patientId: string) => {
      const filter = { patientId: [patientId] };
      return (await suite.store.queries.allMeters.search({ filter, order: 'newest', limit: 1, countUpTo: 10_000 }))
        .total;
    };
    expect(await total('crowded')).toEqual({ count: 10_000, exact: false });
    expect((await total('sparse'))?.exact).toBe(true);
  });

  // On several nodes each step to the next version would be a statement.
  if (!server.distributed) {
    it('among so many meters, a search for a range of versions reads them by their index', async () => {
      const filter = { appVersionRange: { from: parseVersion('2') } };
      const search = { filter, order: 'newest', limit: 10 } as const;
      // Its connection is opened under the eyes of the recorder.
      const store = connectPostgres(suite.settings);
      onTestFinished(() => store.close());
      const sent = await sentBy(() => store.queries.allMeters.search(search));
      const selects = sent.filter(
        ({ text }) => text.includes('left(app_version') || text.includes('from blood_glucose'),
      );
      expect(selects.length).toBeGreaterThanOrEqual(2);
      for (const select of selects) {
        const plan = await explain(select, 'pooled');
        expect(plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], select.text).toBeLessThan(100);
      }
    });
  }
});

function literalOf(value: unknown): string {
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  return Array.isArray(value) ? `{${value.join()}}` : String(value);
}

function nodes(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}
