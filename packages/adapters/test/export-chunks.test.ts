import type { ExportChunk, ExportReader, Installation, MobileDevice, Revision } from '@polaris-telemetry/domain';
import { describe, expect, it } from 'vitest';
import { databaseServers } from './support/databases.js';
import { runSql } from './support/sql.js';
import { storeForSuite } from './support/stores.js';

const MEBIBYTE = 1_048_576;
/** Of a phone's other texts, and of the JSON around them. */
const MARGIN = 65_536;

async function chunksOf<Place>(reader: ExportReader<Place>): Promise<ExportChunk<Place>[]> {
  const chunks: ExportChunk<Place>[] = [];
  do chunks.push(await reader.next());
  while (!chunks.at(-1)?.isLast);
  return chunks;
}

/** Writers of revisions that leave them out. */
const none = { patientInstallations: () => '', clinicianInstallations: () => '', meters: () => '' };

/** Twenty transactions that write, in a tenth of a second. Other tests write to the same server whenever they like. */
const WRITES = 'for n in 1..20 loop perform pg_current_xact_id(); commit; perform pg_sleep(0.005); end loop;';

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
    const writers = {
      ...none,
      patientInstallations: ({ record }: { readonly record: unknown }) => JSON.stringify(record),
    };
    const states = await chunksOf(exports.revisions({}, writers));
    expect(total(states)).toBe(120);
    const long = 3_000_000;
    for (const { text, rows } of records)
      expect(Buffer.byteLength(text)).toBeLessThan((rows === 1 ? long : MEBIBYTE) + MARGIN);
    // The one before each state says what it changed, so there are two at least.
    for (const { text, rows } of states)
      expect(Buffer.byteLength(text)).toBeLessThan((rows <= 2 ? 2 * long : MEBIBYTE) + MARGIN);
    expect(states.length).toBeLessThan(36);
  });

  it('goes on after a record was cut, although its oldest states have been deleted since', async () => {
    const { exports } = (await suite.empty()).queries;
    await runSql(
      suite.settings,
      `insert into mobile select id, '2022-01-01', 'a', '2022-01-01', 'a', 'p', 'd', '2022-01-01', 0, 'GDM', '1', 'o', 'v', 'm',
         repeat('m', 700000), 'n' from unnest(array['u', 'v']) as id`,
      ...[2, 3, 4, 5].map((version) => `update mobile set app_version = '${version}'`),
    );
    const writers = {
      ...none,
      patientInstallations: ({ number, record }: Revision<Installation<MobileDevice>>) =>
        `${record.id}${number}: ${record.device.appVersion}`,
    };
    const whole = exports.revisions({}, writers);
    const second = exports.revisions({ after: { id: 'u2', kind: 'patientInstallations', number: 1 } }, writers);
    for (const [reader, id] of [
      [whole, 'u'],
      [second, 'v'],
    ] as const) {
      expect((await reader.next()).text).toBe(`${id}1: 1\n${id}2: 2\n`);
      // This one has been read ahead.
      expect((await reader.next()).text).toBe(`${id}3: 3\n`);
    }
    await runSql(suite.settings, `delete from mobile_revision where uuid = 'v' or number < 4`);
    const rest = async (reader: ExportReader<unknown>) => (await chunksOf(reader)).map(({ text }) => text).join('');
    expect(await rest(whole)).toBe('u4: 4\nu5: 5\nv1: 5\n');
    // No kept state says which number the present one had. The fourth may have been read ahead too.
    expect(await rest(second)).toMatch(/^(v4: 4\nv5: 5|v4: 5)\n$/);
  });

  it('gives way to whoever writes, in smaller pieces, and is the same', async () => {
    const { exports } = (await suite.empty()).queries;
    await runSql(
      suite.settings,
      `insert into mobile select lpad(n::text, 4, '0'), '2022-01-01', 'a', '2022-01-01', 'a', 'p', 'd', '2022-01-01', 0, 'GDM', '1', 'o', 'v', 'm',
         'm', 'n' from generate_series(1, 1000) as n`,
    );
    const form = { members: ['uuid', 'model'], show: () => ({}) };
    const exported = async () => (await chunksOf(exports.patientInstallations({}, form))).map(({ text }) => text);
    const whole = (await exported()).join('');
    let isWriting = true;
    const writing = (async () => {
      while (isWriting) await runSql(suite.settings, `do $$ begin ${WRITES} end $$`);
    })();
    // Some exports pass in one piece until the first one knows that others write.
    let among = await exported();
    for (; among.length === 1; among = await exported()) expect(among).toEqual([whole]);
    isWriting = false;
    await writing;
    expect(among.join('')).toBe(whole);
  });
});
