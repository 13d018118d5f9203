import { beforeAll, describe, expect, it } from 'vitest';
import { bloodGlucoseMeters } from '../src/postgres/mappings/blood-glucose-meters.js';
import { desktopInstallations } from '../src/postgres/mappings/desktop-installations.js';
import { mobileInstallations } from '../src/postgres/mappings/mobile-installations.js';
import { installationRepository } from '../src/postgres/records/installation-repository.js';
import { records } from '../src/postgres/records/records.js';
import type { Ask } from '../src/postgres/statements/batch.js';
import type { PreparedText } from '../src/postgres/statements/placeholders.js';
import type { Statement } from '../src/postgres/statements/statement.js';
import { StatementRunner } from '../src/postgres/statements/statement-runner.js';
import { BLOOD_GLUCOSE_METER, DESKTOP, MOBILE, SERVED_TABLE_NAMES } from '../src/postgres/tables.js';
import { databaseServers } from './support/databases.js';
import { openForRequests, runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

/** Runs nothing, but records every statement it would have run. */
class RecordingRunner extends StatementRunner {
  readonly statements: Statement<never>[] = [];

  constructor() {
    super(undefined as never, undefined as never, undefined as never, undefined);
  }

  override batch<Input, Output>(statement: Statement<never>): Ask<Input, Output> {
    this.statements.push(statement);
    return () => Promise.reject(new Error('not to be run'));
  }
}

/** Every statement that the repositories run, by the table they are for. */
function statementsOf(make: (runner: StatementRunner) => unknown): Statement<never>[] {
  const runner = new RecordingRunner();
  make(runner);
  return runner.statements;
}

const KINDS = [
  { table: MOBILE, statements: statementsOf((runner) => installationRepository(runner, mobileInstallations)) },
  { table: DESKTOP, statements: statementsOf((runner) => installationRepository(runner, desktopInstallations)) },
  { table: BLOOD_GLUCOSE_METER, statements: statementsOf((runner) => records(runner, bloodGlucoseMeters)) },
];
/** A form of a statement, and the table that it is for. */
interface Sent {
  readonly table: (typeof KINDS)[number]['table'];
  readonly statement: PreparedText;
  readonly name: string;
}

const PLAIN: readonly Sent[] = KINDS.flatMap(({ table, statements }) =>
  statements.flatMap(({ name, forMany, forOne }) => [
    { table, statement: forMany, name: `${name} for many` },
    { table, statement: forOne, name: `${name} for one` },
  ]),
);
/** All have this form: what is sent where Citus distributes the records. */
const ROUTED: readonly Sent[] = KINDS.flatMap(({ table, statements }) =>
  statements.map(({ name, routed }) => {
    if (routed === undefined) throw new Error(`${name} has no form for Citus`);
    return { table, statement: routed, name: `${name} for one shard` };
  }),
);

/** A node of EXPLAIN's JSON. */
interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Actual Rows'?: number;
  readonly Plans?: readonly Plan[];
}

function nodes(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}

describe('the statements of the repositories', () => {
  it('are those of this list; a new one is to be added, and looked at', () => {
    expect(KINDS.flatMap(({ statements }) => statements.map(({ name }) => name)).sort()).toEqual([
      'blood_glucose_meter.add-once',
      'blood_glucose_meter.compare',
      'blood_glucose_meter.find',
      'blood_glucose_meter.insert',
      'blood_glucose_meter.update',
      'desktop.add-once',
      'desktop.compare',
      'desktop.find',
      'desktop.insert',
      'desktop.latest',
      'desktop.latest-exactly',
      'desktop.update',
      'mobile.add-once',
      'mobile.compare',
      'mobile.find',
      'mobile.insert',
      'mobile.latest',
      'mobile.latest-exactly',
      'mobile.update',
    ]);
  });

  it.each([...PLAIN, ...ROUTED])('$name carries the owner wherever it touches the table', ({ table, statement }) => {
    const { text } = statement;
    // A condition on the owner for each place that reads or changes rows, or the owner's value among the inserted columns.
    const touched = [...text.matchAll(new RegExp(`(?:from|update|join) "${table.name}"`, 'g'))].length;
    const condition = new RegExp(
      `"${table.owner}" (?:=|is not distinct from) (?:(?:"?wanted"?|change)\\."ownerId"|\\$\\d+::text)`,
      'g',
    );
    const conditions = [...text.matchAll(condition)].length;
    const inserted = new RegExp(`insert into "${table.name}" \\([^)]*"${table.owner}"`).test(text);
    expect(conditions).toBe(touched);
    expect(touched > 0 || inserted || text.includes(`from "add_${table.name}_once"`)).toBe(true);
    if (text.includes('idempotency_key')) {
      expect(text).toContain('known.owner = input.owner');
      expect(text).toContain('known.owner = excluded.owner');
    }
  });
});

describe.each(databaseServers())('the plans of the statements on $name', (server) => {
  const all = server.distributed ? ROUTED : PLAIN;
  const suite = storeForSuite(server);

  async function explain(
    statement: PreparedText,
    values: readonly string[] | 'nulls',
    analyze = false,
  ): Promise<Plan[]> {
    const { client } = await openForRequests(suite.settings);
    try {
      // Citus plans with values, which are no use here: with nulls there is nothing to look up.
      await client.query('set plan_cache_mode = force_generic_plan');
      await client.query(`prepare it as ${statement.text}`);
      const count = Math.max(...[...statement.text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
      const given = values === 'nulls' ? Array.from({ length: count }, () => 'null') : values;
      const options = analyze ? '(format json, analyze)' : '(format json)';
      const { rows } = await client.query(`explain ${options} execute it (${given.join(', ')})`);
      return nodes(rows[0]['QUERY PLAN'][0].Plan);
    } finally {
      await client.end();
    }
  }

  const tables = new Set(SERVED_TABLE_NAMES);

  function expectLookUpsOnly(plan: readonly Plan[], index: RegExp): void {
    for (const node of plan) {
      const reads = node['Relation Name'] !== undefined && tables.has(node['Relation Name']);
      if (!reads || node['Node Type'] === 'ModifyTable') continue;
      expect(node['Node Type']).toBe('Index Scan');
      expect(node['Index Cond'], `${node['Index Name']} is read from one end to the other`).toBeDefined();
      expect(node['Index Name']).toMatch(index);
    }
  }

  const seed = [
    `insert into mobile select 'm' || n, '2022-01-01', 'a', '2022-01-01', 'a', 'p' || n % 50, 'c', '2022-01-01', 0,
       'GDM', '1.' || n % 3, 'o', 'v', 'f', 'm', 'd' from generate_series(1, 4000) n`,
    `insert into mobile select 'same' || n, '2022-01-01', 'a', '2022-01-01', 'a', 'crowded', 'c', '2022-01-01', 0,
       'GDM', '1.0', 'o', 'v', 'f', 'm', 'd' from generate_series(1, 4000) n`,
    `insert into desktop select 'd' || n, '2022-01-01', 'a', '2022-01-01', 'a', 'p' || n % 50, 'c', '2022-01-01', 0,
       'GDM', '1.' || n % 3, 'o', 'v', 'i' from generate_series(1, 4000) n`,
    `insert into blood_glucose_meter select 'b' || n, '2022-01-01', 'a', '2022-01-01', 'a', 'm', 's', 'p' || n % 50,
       '2022-01-01', true, 'GDM', '1', 5 from generate_series(1, 4000) n`,
    `insert into idempotency_key select sha256(n::text::bytea), 'mobile', 'o', '', '{}', '2022-01-01' from generate_series(1, 4000) n`,
  ];
  const analyze = `analyze ${SERVED_TABLE_NAMES.join(', ')}`;

  const indexOf = ({ name }: PreparedText) =>
    name.includes('.latest') ? /_latest$/ : /_pkey$|_uuid$|^idempotency_key_created$/;

  describe('on empty tables', () => {
    beforeAll(async () => {
      await suite.empty();
      await runSql(suite.settings, analyze);
    });

    it.each(all)('$name looks up by index', async ({ statement }) => {
      expectLookUpsOnly(await explain(statement, 'nulls'), indexOf(statement));
    });
  });

  describe('on full ones', () => {
    beforeAll(async () => {
      await suite.empty();
      await runSql(suite.settings, ...seed, analyze);
    });

    it.each(all)('$name looks up by index', async ({ statement }) => {
      const plan = await explain(statement, 'nulls');
      expectLookUpsOnly(plan, indexOf(statement));
      // Sorts stay within one date and version, or a handful of expired keys.
      expect(plan.map((node) => node['Node Type'])).not.toContain('Sort');
    });

    it('the latest of an owner with thousands of the same date and version is one step in the index', async () => {
      const latest = KINDS[0]?.statements.find(({ name }) => name === 'mobile.latest');
      if (latest === undefined) throw new Error('there is no such statement');
      const { forMany, forOne, routed = forOne } = latest;
      const plans = server.distributed
        ? [await explain(routed, ['1', `'crowded'`], true)]
        : [await explain(forMany, [`array['crowded']`, '1'], true), await explain(forOne, [`'crowded'`], true)];
      for (const plan of plans) {
        const scans = plan.filter((node) => node['Relation Name'] === 'mobile');
        expect(scans.map((node) => [node['Index Name'], node['Actual Rows']])).toEqual([['mobile_latest', 1]]);
      }
    });
  });
});
