import type { ExportFilter, ExportQueries, ExportReader, RevisionPlace, Store } from '../../src/index.js';
import {
  aBloodGlucoseMeter,
  actor,
  aDesktopInstallation,
  aMobileInstallation,
  instant,
  ownerId,
  recordId,
  text,
} from '../builders.js';
import { type ContractCase, expectEqual } from '../contract-case.js';

/** Ids that sort differently by byte, by UTF-16 unit and by locale. */
const IDS = ['b', 'a', 'C', 'é', '\uffff', '\u{10000}', '1', '10', '9'];

/** The record that is changed twice; other kinds have a record with the same id. */
const CHANGED = 'b';

/**
 * What exports promise.
 *
 * @param newStore returns an empty store
 */
export function exportsContract(newStore: () => Promise<Store>): ContractCase[] {
  async function filled(): Promise<ExportQueries> {
    const { patientInstallations, clinicianInstallations, meters, queries } = await newStore();
    for (const [index, id] of IDS.entries()) {
      const { audit, device } = aMobileInstallation();
      const modified = instant(`2022-03-0${index + 1}T00:00:00Z`);
      await patientInstallations.add(
        aMobileInstallation({
          id: recordId(id),
          ownerId: ownerId(`owner ${index % 2}`),
          device: { ...device, appVersion: text(`"${index}"\n\\ \u2028é`) },
          audit: { ...audit, created: modified, modified },
        }),
      );
    }
    const ref = { id: recordId(CHANGED), ownerId: ownerId('owner 0') };
    for (const appVersion of ['second', 'third']) {
      const at = instant(appVersion === 'third' ? '2022-03-01T12:00:00.000001Z' : '2022-03-01T12:00:00Z');
      await patientInstallations.update(ref, {
        fields: { device: { appVersion: text(appVersion) } },
        at,
        by: actor('x'),
      });
    }
    await clinicianInstallations.add(aDesktopInstallation({ id: recordId(CHANGED) }));
    await meters.add(aBloodGlucoseMeter({ id: recordId(CHANGED) }));
    return queries.exports;
  }

  return [
    {
      name: 'an empty table is exported as one empty chunk',
      check: async () => {
        const { exports } = (await newStore()).queries;
        for (const reader of [phonesOf(exports), statesOf(exports)]) {
          const { place: _, ...chunk } = await reader.next();
          expectEqual(chunk, { text: '', rows: 0, isLast: true }, 'the chunk');
        }
      },
    },
    {
      name: 'every record is exported once, as it is now, with its members in their order',
      check: async () => {
        const lines = await linesOf(phonesOf(await filled()));
        const expected = IDS.map((uuid, index) =>
          JSON.stringify({ uuid, app_version: uuid === CHANGED ? 'third' : `"${index}"\n\\ \u2028é` }),
        );
        expectEqual(lines.toSorted(), expected.toSorted(), 'the lines');
      },
    },
    {
      name: 'an export continues after any line with exactly the rest',
      check: async () => {
        const exports = await filled();
        const lines = await linesOf(phonesOf(exports));
        for (const [index, line] of lines.entries()) {
          const rest = await linesOf(phonesOf(exports, {}, JSON.parse(line).uuid));
          expectEqual(rest, lines.slice(index + 1), `the rest after line ${index}`);
        }
      },
    },
    {
      name: 'an export continues after the place of a chunk with exactly the rest',
      check: async () => {
        const exports = await filled();
        const whole = (await linesOf(phonesOf(exports))).map((line) => `${line}\n`).join('');
        const { text: beginning, place } = await phonesOf(exports).next();
        const rest = (await linesOf(phonesOf(exports, {}, place))).map((line) => `${line}\n`).join('');
        expectEqual(beginning + rest, whole, 'the beginning and the rest');
      },
    },
    {
      name: 'records of any sizes arrive once, in chunks that each know where to continue, filtered or not',
      check: async () => {
        const { patientInstallations, queries } = await newStore();
        const { audit, device } = aMobileInstallation();
        const [early, late] = [instant('2022-03-01T00:00:00Z'), instant('2022-03-02T00:00:00Z')];
        for (let n = 0; n < 24; n++) {
          const modified = n % 3 === 0 ? early : late;
          // One of them is larger than all others together.
          const appVersion = text(`${n} ${'é'.repeat(n === 12 ? 600_000 : (n % 2) * 3_000 * n)}`);
          await patientInstallations.add(
            aMobileInstallation({
              id: recordId(String(n).padStart(2, '0')),
              device: { ...device, appVersion },
              audit: { ...audit, created: early, modified },
            }),
          );
        }
        for (const filter of [{}, { modifiedFrom: late }]) {
          const uuidsOf = (lines: readonly string[]) => lines.map((line) => JSON.parse(line).uuid);
          const uuids = uuidsOf(await linesOf(phonesOf(queries.exports, filter)));
          const all = Array.from({ length: 24 }, (_, n) => n).filter((n) => n % 3 !== 0 || !('modifiedFrom' in filter));
          expectEqual(uuids.map(Number), all, 'the records');
          const reader = phonesOf(queries.exports, filter);
          for (let before = 0, isLast = false; !isLast; ) {
            const chunk = await reader.next();
            before += chunk.rows;
            isLast = chunk.isLast;
            const rest = await linesOf(phonesOf(queries.exports, filter, chunk.place));
            expectEqual(uuidsOf(rest), uuids.slice(before), `the rest after ${before}`);
          }
        }
      },
    },
    {
      name: 'a filter by modification holds its beginning and not its end',
      check: async () => {
        const exports = await filled();
        const filter = {
          modifiedFrom: instant('2022-03-01T12:00:00.000001Z'),
          modifiedBefore: instant('2022-03-03T00:00:00Z'),
        };
        const uuids = (await linesOf(phonesOf(exports, filter))).map((line) => JSON.parse(line).uuid);
        expectEqual(uuids.toSorted(), ['a', 'b'], 'the records');
        const states = (await linesOf(statesOf(exports, { modifiedBefore: filter.modifiedFrom })))
          .map((line) => JSON.parse(line))
          .filter(({ kind }) => kind === 'patientInstallations');
        expectEqual(
          states.map(({ uuid, number }) => [uuid, number]),
          [
            ['b', 1],
            ['b', 2],
          ],
          'the states',
        );
      },
    },
    {
      name: 'every known state is exported by id, then kind, oldest first, the present one too',
      check: async () => {
        const lines = (await linesOf(statesOf(await filled()))).map((line) => JSON.parse(line));
        expectEqual(lines.length, IDS.length + 4, 'how many states there are');
        expectEqual(
          lines.filter(({ uuid }) => uuid === CHANGED),
          [
            { kind: 'meters', uuid: CHANGED, number: 1, had: null },
            { kind: 'clinicianInstallations', uuid: CHANGED, number: 1, had: null },
            { kind: 'patientInstallations', uuid: CHANGED, number: 1, had: null },
            { kind: 'patientInstallations', uuid: CHANGED, number: 2, had: '"0"\n\\ \u2028é' },
            { kind: 'patientInstallations', uuid: CHANGED, number: 3, had: 'second' },
          ],
          'the states of one id',
        );
      },
    },
    {
      name: 'revisions continue after any line with exactly the rest',
      check: async () => {
        const exports = await filled();
        const lines = await linesOf(statesOf(exports));
        for (const [index, line] of lines.entries()) {
          const { kind, uuid: id, number } = JSON.parse(line);
          const rest = await linesOf(statesOf(exports, {}, { kind, id, number }));
          expectEqual(rest, lines.slice(index + 1), `the rest after line ${index}`);
        }
      },
    },
  ];
}

function phonesOf(exports: ExportQueries, filter: ExportFilter = {}, after?: string): ExportReader<string> {
  return exports.patientInstallations(
    { ...filter, after },
    {
      members: ['uuid', 'app_version'],
      show: ({ id, device }) => ({ uuid: id, app_version: device.appVersion }),
    },
  );
}

function statesOf(
  exports: ExportQueries,
  filter: ExportFilter = {},
  after?: RevisionPlace,
): ExportReader<RevisionPlace> {
  return exports.revisions(
    { ...filter, after },
    {
      meters: ({ number, record, previous }) =>
        JSON.stringify({ kind: 'meters', uuid: record.id, number, had: previous?.appVersion ?? null }),
      clinicianInstallations: ({ number, record, previous }) =>
        JSON.stringify({
          kind: 'clinicianInstallations',
          uuid: record.id,
          number,
          had: previous?.device.appVersion ?? null,
        }),
      patientInstallations: ({ number, record, previous }) =>
        JSON.stringify({
          kind: 'patientInstallations',
          uuid: record.id,
          number,
          had: previous?.device.appVersion ?? null,
        }),
    },
  );
}

/** Reads an export to its end. @returns its lines, without their line feeds */
async function linesOf<Place>(reader: ExportReader<Place>): Promise<string[]> {
  const lines: string[] = [];
  for (;;) {
    const { text: written, rows, isLast } = await reader.next();
    const more = written.split('\n').slice(0, -1);
    expectEqual(more.length, rows, 'the rows of a chunk');
    lines.push(...more);
    if (isLast) return lines;
  }
}
