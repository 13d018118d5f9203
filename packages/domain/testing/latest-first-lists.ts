import type { Device, Installation, RecordId } from '../src/index.js';
import { longText } from './awkward-texts.js';
import { dateTime, instant, ownerId, recordId, text } from './builders.js';

export const MIDNIGHT = '2022-01-01T00:00:00Z';

/** Whose installations the lists are. */
export const listOwner = ownerId('owner one');

type Build<D extends Device> = (overrides?: Partial<Installation<D>>) => Installation<D>;

/** Returns a builder of the lists' owner's installations, from the values that decide their order. */
export function usedBy<D extends Device>(build: Build<D>) {
  const { device, audit } = build();
  return (id: RecordId, date: string, appVersion = '1', created = MIDNIGHT): Installation<D> =>
    build({
      id,
      ownerId: listOwner,
      firstUsed: dateTime(date),
      device: { ...device, appVersion: text(appVersion) },
      audit: { ...audit, created: instant(created) },
    });
}

/** Lists of one owner's installations, each written latest first; the name says what decides. */
export function latestFirstLists<D extends Device>(
  build: Build<D>,
): Readonly<Record<string, readonly Installation<D>[]>> {
  const used = usedBy(build);
  return {
    'by the instant of first use, whatever its offset': [
      used(recordId('c'), '2022-01-01T00:00:00-01:00', '', '2022-01-01T00:00:00Z'),
      used(recordId('b'), '2022-01-01T00:30:00.000001Z', '1', '2022-01-01T00:00:01Z'),
      used(recordId('a'), '2022-01-01T00:30:00Z', '2', '2022-01-01T00:00:02Z'),
      used(recordId('d'), '2022-01-01T01:00:00+01:00', '3', '2022-01-01T00:00:03Z'),
      used(recordId('e'), '0001-01-01T00:00:00Z', '4', '2022-01-01T00:00:04Z'),
    ],
    'then by app version as text, by code point': versions.map((version, index) =>
      used(recordId(`r${index}`), MIDNIGHT, version, `2022-01-01T00:00:${10 + index}Z`),
    ),
    'then by app version, however long': [
      used(recordId('e'), MIDNIGHT, `${'💉'.repeat(64)}b`),
      used(recordId('f'), MIDNIGHT, `${'💉'.repeat(64)}a`),
      used(recordId('a'), MIDNIGHT, `${longText.slice(0, 70)}z`),
      used(recordId('b'), MIDNIGHT, `${longText}b`),
      used(recordId('c'), MIDNIGHT, `${longText}a`),
      used(recordId('d'), MIDNIGHT, longText.slice(0, 64)),
    ],
    'then by creation': [
      used(recordId('a'), MIDNIGHT, '1', '2022-01-01T00:00:00.000002Z'),
      used(recordId('b'), MIDNIGHT, '1', '2022-01-01T00:00:00.000001Z'),
      used(recordId('c'), MIDNIGHT, '1', '2021-12-31T23:59:59.999999Z'),
    ],
    'then by id, by code point': ['é', 'b', 'a', 'B', '1'].map((id) => used(recordId(id), MIDNIGHT)),
  };
}

/** Descending by code point; UTF-16 units, a locale or numbers would order them differently. */
const versions = ['\u{10000}', '\uffff', 'é', 'b', 'a', 'B', '9', '10.0', '1 ', '1', ''];
