import type { ExportReader } from '@polaris-telemetry/domain';
import { describe, expect, it } from 'vitest';
import { databaseServers } from './support/databases.js';
import { runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

const MEBIBYTE = 1_048_576;
/** Of a phone's other texts, and of the JSON around them. */
const MARGIN = 65_536;

async function chunksOf<Place>(reader: ExportReader<Place>): Promise<{ bytes: number; rows: number }[]> {
  const chunks: { bytes: number; rows: number }[] = [];
  for (let isLast = false; !isLast; ) {
    const chunk = await reader.next();
    chunks.push({ bytes: Buffer.byteLength(chunk.text), rows: chunk.rows });
    isLast = chunk.isLast;
  }
  return chunks;
}

describe.each(databaseServers())('an export on $name', (server) => {
  const suite = storeForSuite(server);
  const total = (chunks: readonly { rows: number }[]) => chunks.reduce((sum, { rows }) => sum + rows, 0);

  it('comes in chunks of a mebibyte at most, however long the texts, and a longer record alone', async () => {
    const { exports } = (await suite.empty()).queries;
    // Two bytes a character: a mebibyte is no million characters.
    await runSql(
      suite.settings,
      `insert into mobile select lpad(n::text, 3, '0'), '2022-01-01', 'a', '2022-01-01', 'a', 'p', 'd', '2022-01-01', 0, 'GDM', '1', 'o', 'v', 'm',
         repeat('é', case n when 20 then 1500000 else 100000 end), 'n' from generate_series(1, 40) as n`,
      `update mobile set app_version = '2'`,
      `update mobile set app_version = '3'`,
    );
    const form = { members: ['uuid', 'model'], show: () => ({}) };
    const records = await chunksOf(exports.patientInstallations({}, form));
    expect(total(records)).toBe(40);
    const write = () => '';
    const writers = {
      patientInstallations: ({ record }: { readonly record: unknown }) => JSON.stringify(record),
      clinicianInstallations: write,
      meters: write,
    };
    const states = await chunksOf(exports.revisions({}, writers));
    expect(total(states)).toBe(120);
    const long = 3_000_000;
    for (const { bytes, rows } of records) expect(bytes).toBeLessThan((rows === 1 ? long : MEBIBYTE) + MARGIN);
    // The one before each state says what it changed, so there are two at least.
    for (const { bytes, rows } of states) expect(bytes).toBeLessThan((rows <= 2 ? 2 * long : MEBIBYTE) + MARGIN);
    expect(states.length).toBeLessThan(36);
  });
});
