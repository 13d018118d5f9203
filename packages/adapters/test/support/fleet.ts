import {
  currentInstallations,
  dayOf,
  type InstallationHistory,
  type Instant,
  isFirstState,
} from '@polaris-telemetry/domain';
import { versionsAt, versionsNow } from '@polaris-telemetry/domain/testing';
import type pg from 'pg';
import { expect, onTestFinished } from 'vitest';
import { openClient } from '../../src/postgres/connections/open-client.js';
import { FOLD_LIMITS } from '../../src/postgres/connections/session.js';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';
import { foldStep, readClock } from '../../src/postgres/fleet/fold/fold-step.js';
import type { ReadLimits } from '../../src/postgres/fleet/fold/read-limits.js';
import { instantOf } from '../../src/postgres/records/timestamp-text.js';
import { runSql } from './sql.js';

/** A connection as the fold has it, closed after the test. */
export async function foldConnection(settings: DatabaseSettings): Promise<pg.Client> {
  const { client } = await openClient(settings, { limits: FOLD_LIMITS, pipeline: true });
  onTestFinished(() => client.end().catch(() => {}));
  return client;
}

/** Folds until nothing is left to do, as of a clock. */
export async function foldAll(
  client: pg.ClientBase,
  clockOf: typeof readClock = readClock,
  limits?: ReadLimits,
): Promise<void> {
  for (;;) {
    const step = await foldStep(client, clockOf, limits);
    if (step.busy) throw new Error('another process folds');
    if (!step.more) return;
  }
}

/** A statement that drops the notes about owners but some, so that a build has to find the others. */
export function forgetNoted(...but: readonly string[]): string {
  const others = but.map((owner) => ` and owner <> '${owner}'`).join('');
  return `do $$ begin
    delete from fleet_queue where owner is not null${others};
    if to_regclass('fleet_note') is not null then delete from fleet_note where true${others}; end if;
  end $$`;
}

/** Installations of this many people, two each. */
export function people(count: number, from = 0): string {
  return `insert into mobile select 'r' || i, date, 'a', date, 'a', 'person ' || i / 2, 'device', date, 0, 'GDM', '4.' || i % 7,
      'iOS', '15', 'Apple', 'iPhone 13', ''
    from (select i, timestamp '2022-03-01' + i * interval '1 minute' as date from generate_series(${2 * from}, ${2 * (from + count) - 1}) as i) as n`;
}

/** Expects what is stored to be what the rule says, as of the last fold. */
export async function expectExact(settings: DatabaseSettings): Promise<void> {
  const [state] = await runSql(settings, 'select clock from fleet_state');
  const asOf = instantOf(String(state?.['clock']));
  for (const kind of ['mobile', 'desktop'] as const) {
    expect(await storedFleet(settings, kind)).toEqual(await expectedFleet(settings, kind, asOf));
  }
}

/** What is stored of the fleet's state, in a form to compare. */
export interface FleetContents {
  readonly current: readonly string[];
  readonly ledger: readonly string[];
  readonly products: readonly string[];
}

/** What the tables of the fleet hold of a kind. */
export async function storedFleet(settings: DatabaseSettings, kind: 'mobile' | 'desktop'): Promise<FleetContents> {
  const owner = kind === 'mobile' ? 'patient_id' : 'clinician_id';
  const current = await runSql(
    settings,
    `select ${owner} as owner, app_product, app_version, uuid, since, version_since, last_seen, installations, clock_suspect from fleet_${kind}`,
  );
  const ledger = await runSql(
    settings,
    `select p.app_product, kind_of_version, app_version, span * 32 + place - 1 as day, change as people
       from fleet_ledger l join fleet_version v on v.id = version join fleet_product p on p.id = product,
            unnest(changes) with ordinality as each (change, place)
      where p.kind = '${kind}' and change <> 0`,
  );
  const products = await runSql(
    settings,
    `select app_product, people, installations, clock_suspect from fleet_product where kind = '${kind}' and (people, installations, clock_suspect) <> (0, 0, 0)`,
  );
  return {
    current: current
      .map((row) =>
        JSON.stringify([
          row['owner'],
          row['app_product'],
          row['app_version'],
          row['uuid'],
          ...['since', 'version_since', 'last_seen'].map((column) => instantOf(String(row[column]))),
          row['installations'],
          row['clock_suspect'],
        ]),
      )
      .toSorted(),
    ledger: ledger
      .map((row) => JSON.stringify([row['app_product'], row['app_version'], Number(row['day']), row['people']]))
      .toSorted(),
    products: products
      .map((row) =>
        JSON.stringify([
          row['app_product'],
          Number(row['people']),
          Number(row['installations']),
          Number(row['clock_suspect']),
        ]),
      )
      .toSorted(),
  };
}

/** The same, by the plain rule over all records and revisions. */
export async function expectedFleet(
  settings: DatabaseSettings,
  kind: 'mobile' | 'desktop',
  asOf: Instant,
): Promise<FleetContents> {
  const people = await histories(settings, kind);
  const current = [...people].flatMap(([owner, theirs]) =>
    currentInstallations(theirs, asOf).map((now) => ({ owner, ...now })),
  );
  const ledger = new Map<string, number>();
  const products = new Map<string, [number, number, number]>();
  for (const theirs of people.values())
    for (const [key, share] of dailyChanges(theirs, asOf)) ledger.set(key, (ledger.get(key) ?? 0) + share);
  for (const { appProduct, installations, clockSuspect } of current) {
    const sums = products.get(appProduct) ?? [0, 0, 0];
    products.set(appProduct, [sums[0] + 1, sums[1] + installations, sums[2] + clockSuspect]);
  }
  return {
    current: current
      .map(({ owner, appProduct, appVersion, history, since, versionSince, lastSeen, installations, clockSuspect }) =>
        JSON.stringify([
          owner,
          appProduct,
          appVersion,
          history.id,
          since,
          versionSince,
          lastSeen,
          installations,
          clockSuspect,
        ]),
      )
      .toSorted(),
    ledger: [...ledger]
      .filter(([, share]) => share !== 0)
      .map(([key, share]) => JSON.stringify([...JSON.parse(key), share]))
      .toSorted(),
    products: [...products].map(([product, sums]) => JSON.stringify([product, ...sums])).toSorted(),
  };
}

/** The differences from the end of one day to the next, on each day on which anything may happen. */
function dailyChanges(theirs: readonly InstallationHistory[], asOf: Instant): [string, number][] {
  const today = dayOf(asOf);
  const days = theirs.flatMap(({ created, firstUsed, states }) =>
    [created, firstUsed, ...states.map(({ at }) => at)].map(dayOf),
  );
  const changes: [string, number][] = [];
  let before: ReadonlyMap<string, string | undefined> = new Map();
  for (const day of [...new Set([...days, today])].filter((each) => each <= today).sort((a, b) => a - b)) {
    const end = { epochSeconds: day * 86_400 + 86_399, microsecond: 999_999 };
    const after: ReadonlyMap<string, string | undefined> =
      day === today ? versionsNow(theirs, asOf) : versionsAt(theirs, end);
    for (const [product, version] of before)
      if (!after.has(product) || after.get(product) !== version) changes.push([keyOf(product, version, day), -1]);
    for (const [product, version] of after)
      if (!before.has(product) || before.get(product) !== version) changes.push([keyOf(product, version, day), 1]);
    before = after;
  }
  return changes;
}

function keyOf(product: string, version: string | undefined, day: number): string {
  return JSON.stringify([product, version ?? null, day]);
}

async function histories(
  settings: DatabaseSettings,
  kind: 'mobile' | 'desktop',
): Promise<Map<string, InstallationHistory[]>> {
  const [owner, firstUsed] =
    kind === 'mobile' ? ['patient_id', 'date_first_launched_'] : ['clinician_id', 'date_first_used_'];
  const seen = (column: string) =>
    `least(greatest(${column}, '0001-01-01'), '9999-12-31 23:59:59.999999') as ${column}`;
  const columns = `uuid, ${seen('created')}, ${seen('modified')}, app_product, app_version`;
  const records = await runSql(settings, `select ${owner} as owner, ${seen(firstUsed)}, ${columns} from ${kind}`);
  const revisions = await runSql(settings, `select ${columns} from ${kind}_revision order by number`);
  const people = new Map<string, InstallationHistory[]>();
  for (const record of records) {
    const states = [...revisions.filter(({ uuid }) => uuid === record['uuid']), record];
    const instant = (row: Record<string, unknown>, column: string) => instantOf(String(row[column]));
    const [oldest = record] = states;
    const running = (row: Record<string, unknown>) => ({
      at: instant(row, 'modified'),
      appProduct: row['app_product'],
      appVersion: row['app_version'],
    });
    const history = {
      id: record['uuid'],
      firstUsed: instant(record, firstUsed),
      created: instant(record, 'created'),
      complete: isFirstState({ created: instant(oldest, 'created'), modified: instant(oldest, 'modified') }),
      states: states.map(running),
    } as unknown as InstallationHistory;
    const ownerId = String(record['owner']);
    people.set(ownerId, [...(people.get(ownerId) ?? []), history]);
  }
  return people;
}
