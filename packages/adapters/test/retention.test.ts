import { compareText, effectiveDate } from '@polaris-telemetry/domain';
import { describe, expect, it } from 'vitest';
import { instantOf } from '../src/postgres/records/timestamp-text.js';
import { applyRetention, type RetentionRequest } from '../src/postgres/retention/apply-retention.js';
import { databaseServers } from './support/databases.js';
import { runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

describe.each(databaseServers())('retention on $name', (server) => {
  const suite = storeForSuite(server);
  const request: RetentionRequest = {
    recordsOlderThan: 365,
    tables: ['mobile', 'desktop', 'blood_glucose_meter'],
    dryRun: false,
  };
  const sql = (...statements: string[]) => runSql(suite.settings, ...statements);
  async function gone(more: Partial<RetentionRequest> = {}): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    await applyRetention(suite.settings, { ...request, ...more }, (progress) => {
      if (progress.isLast) counts[`${progress.table} ${progress.what}`] = progress.gone;
    });
    return counts;
  }

  it('deletes old records, and never what a person runs now', async () => {
    await suite.empty();
    // Many people with a few products, versions, equal dates, wrong clocks and dates to come.
    await sql(
      `insert into mobile select 'u' || n, now() - n % 9 * interval '200 days' - n % 3 * interval '1 second', 'c', now() - n % 7 * interval '100 days', 'c', 'p' || n % 400, 'd',
         now() - (n % 11 - 1) * interval '190 days', 0, 'product ' || n % 2, '1.' || n % 4, 'o', '1', 'm', 'm', 'n' from generate_series(1, 3500) n`,
      `insert into blood_glucose_meter select 'm' || n, now(), 'c', now() - n * interval '1 day', 'c', 'm', 's', 'p', now(), null, 'g', '1', null from generate_series(1, 1500) n`,
    );
    const all = await sql(
      `select uuid, patient_id, app_product, app_version, created::text, date_first_launched_::text as first, modified < (now() at time zone 'UTC') - interval '365 days' as old from mobile`,
    );
    const rank = (row: Record<string, unknown>) => {
      const created = instantOf(String(row['created']));
      const since = effectiveDate({ firstUsed: instantOf(String(row['first'])), created });
      return [
        since.epochSeconds * 1e6 + since.microsecond,
        String(row['app_version']),
        created.epochSeconds * 1e6 + created.microsecond,
        String(row['uuid']),
      ] as const;
    };
    const now = Date.now() * 1000;
    const current = new Map<string, Record<string, unknown>>();
    for (const row of all) {
      const key = `${row['patient_id']} ${row['app_product']}`;
      const best = current.get(key);
      const [a, b] = [rank(row), best && rank(best)];
      if (a[0] > now) continue;
      if (
        !b ||
        a[0] - b[0] > 0 ||
        (a[0] === b[0] && (compareText(a[1], b[1]) || a[2] - b[2] || compareText(a[3], b[3])) > 0)
      )
        current.set(key, row);
    }
    const stays = new Set([...current.values()].map((row) => row['uuid']));
    const wanted = all.filter((row) => {
      if (row['old'] !== true || stays.has(row['uuid'])) return false;
      const best = current.get(`${row['patient_id']} ${row['app_product']}`);
      return best !== undefined && rank(row)[0] <= now;
    }).length;
    const dry = await gone({ dryRun: true });
    expect(dry).toEqual({ 'mobile records': wanted, 'desktop records': 0, 'blood_glucose_meter records': 1136 });
    expect(wanted).toBeGreaterThan(100);
    expect(await gone()).toEqual(dry);
    expect(await gone()).toEqual({ 'mobile records': 0, 'desktop records': 0, 'blood_glucose_meter records': 0 });
    const left = new Set((await sql('select uuid from mobile')).map(({ uuid }) => uuid));
    expect([...stays].filter((uuid) => !left.has(uuid))).toEqual([]);
    expect(all.length - left.size).toBe(wanted);
  });

  it('deletes old states alone, without gaps', async () => {
    await suite.empty();
    await sql(
      `insert into mobile select 'u' || n, now(), 'c', now(), 'c', 'p', 'd', now(), 0, 'g', '1', 'o', '1', 'm', 'm', 'n' from generate_series(1, 3) n`,
      ...[1, 2, 3].map((n) => `update mobile set app_version = 'v${n}'`),
      `update mobile_revision set replaced = now() - interval '400 days' where uuid = 'u1' and number in (1, 3)`,
      `update mobile_revision set replaced = now() - interval '400 days' where uuid = 'u2'`,
    );
    const only = { recordsOlderThan: undefined, revisionsOlderThan: 365, tables: ['mobile'] } as const;
    const queue = server.distributed ? 'fleet_note' : 'fleet_queue';
    await sql(`delete from ${queue}`);
    expect(await gone({ ...only, dryRun: true })).toEqual({ 'mobile revisions': 4 });
    expect(await sql(`select from ${queue}`)).toEqual([]);
    expect(await gone(only)).toEqual({ 'mobile revisions': 4 });
    expect(await sql(`select distinct kind, owner from ${queue}`)).toEqual([{ kind: 'mobile', owner: 'p' }]);
    // What was before an oldest state depends on it: it is not passing, whatever it was.
    expect(await sql('select uuid, number, passing from mobile_revision order by 1, 2')).toEqual([
      { uuid: 'u1', number: 2, passing: false },
      { uuid: 'u1', number: 3, passing: true },
      { uuid: 'u3', number: 1, passing: false },
      { uuid: 'u3', number: 2, passing: true },
      { uuid: 'u3', number: 3, passing: true },
    ]);
  });
});
