import {
  compareLatestFirst,
  type Device,
  type Installation,
  type InstallationRepository,
  type RecordId,
} from '../src/index.js';
import { longText } from './awkward-texts.js';
import { dateTime, instant, ownerId, recordId, text } from './builders.js';
import { type ContractCase, expectEqual } from './contract-case.js';
import { many } from './records/record-subject.js';

/**
 * What `findLatest` promises, for every kind of device.
 *
 * @param newRepository gives a repository that is empty
 */
export function latestInstallationCases<D extends Device>(
  newRepository: () => Promise<InstallationRepository<D>>,
  build: (overrides?: Partial<Installation<D>>) => Installation<D>,
): ContractCase[] {
  const one = ownerId('owner one');
  const { device, audit } = build();
  const used = (id: RecordId, date: string, appVersion = '1', created = '2022-01-01T00:00:00Z') =>
    build({
      id,
      ownerId: one,
      firstUsed: dateTime(date),
      device: { ...device, appVersion: text(appVersion) },
      audit: { ...audit, created: instant(created) },
    });

  const midnight = '2022-01-01T00:00:00Z';

  /** Each list is written latest first; whatever the order of adding, its first is the latest. */
  const lists: Record<string, Installation<D>[]> = {
    'by the instant of first use, whatever its offset': [
      used(recordId('c'), '2022-01-01T00:00:00-01:00', '', '2022-01-01T00:00:00Z'),
      used(recordId('b'), '2022-01-01T00:30:00.000001Z', '1', '2022-01-01T00:00:01Z'),
      used(recordId('a'), '2022-01-01T00:30:00Z', '2', '2022-01-01T00:00:02Z'),
      used(recordId('d'), '2022-01-01T01:00:00+01:00', '3', '2022-01-01T00:00:03Z'),
      used(recordId('e'), '0001-01-01T00:00:00Z', '4', '2022-01-01T00:00:04Z'),
    ],
    'then by app version as text, by code point': versions.map((version, index) =>
      used(recordId(`r${index}`), midnight, version, `2022-01-01T00:00:${10 + index}Z`),
    ),
    'then by app version, however long': [
      used(recordId('e'), midnight, `${'💉'.repeat(64)}b`),
      used(recordId('f'), midnight, `${'💉'.repeat(64)}a`),
      used(recordId('a'), midnight, `${longText.slice(0, 70)}z`),
      used(recordId('b'), midnight, `${longText}b`),
      used(recordId('c'), midnight, `${longText}a`),
      used(recordId('d'), midnight, longText.slice(0, 64)),
    ],
    'then by creation': [
      used(recordId('a'), midnight, '1', '2022-01-01T00:00:00.000002Z'),
      used(recordId('b'), midnight, '1', '2022-01-01T00:00:00.000001Z'),
      used(recordId('c'), midnight, '1', '2021-12-31T23:59:59.999999Z'),
    ],
    'then by id, by code point': ['é', 'b', 'a', 'B', '1'].map((id) => used(recordId(id), midnight)),
  };

  return [
    {
      name: 'an owner without installations has no latest',
      check: async () => {
        const repository = await newRepository();
        await repository.add(build({ ownerId: ownerId('owner other') }));
        expectEqual(await repository.findLatest(one), undefined, 'latest');
      },
    },
    ...Object.entries(lists).map(([name, list]) => ({
      name: `the latest is found ${name}`,
      check: async () => {
        expectEqual(list.toReversed().sort(compareLatestFirst), list, 'the order of the reference');
        const upwards = await newRepository();
        for (const installation of list.toReversed()) {
          await upwards.add(installation);
          expectEqual(await upwards.findLatest(one), installation, 'the last one added');
        }
        const downwards = await newRepository();
        for (const installation of list) {
          await downwards.add(installation);
          expectEqual(await downwards.findLatest(one), list[0], 'the first one added');
        }
      },
    })),
    {
      name: 'a changed date of first use changes which is the latest',
      check: async () => {
        const repository = await newRepository();
        const [newer, older] = [used(recordId('a'), '2022-01-02T00:00:00Z'), used(recordId('b'), midnight)];
        await repository.add(newer);
        await repository.add(older);
        const { modified: at, modifiedBy: by } = audit;
        const latestAfter = async (installation: Installation<D>, date: string) => {
          await repository.update(installation, { fields: { firstUsed: dateTime(date) }, at, by });
          return (await repository.findLatest(one))?.id;
        };
        expectEqual(await latestAfter(older, '2022-01-03T00:00:00Z'), older.id, 'the older one moved up');
        expectEqual(await latestAfter(older, midnight), newer.id, 'and down again');
        expectEqual(await latestAfter(newer, '2021-01-01T00:00:00Z'), older.id, 'the newer one moved down');
      },
    },
    {
      name: 'many latests at once each get their own answer',
      check: async () => {
        const repository = await newRepository();
        const owners = many(100, (index) => ownerId(`owner ${index}`));
        const latest = owners.map((owner, index) =>
          index < 70 ? build({ id: recordId(`r${index}`), ownerId: owner }) : undefined,
        );
        for (const installation of latest) if (installation !== undefined) await repository.add(installation);
        const asked = [...owners, one, ...owners.slice(0, 3)];
        const found = await Promise.all(asked.map((owner) => repository.findLatest(owner)));
        expectEqual(found, [...latest, undefined, ...latest.slice(0, 3)], 'latest');
      },
    },
  ];
}

/** Descending by code point; UTF-16 units, a locale and numbers would each order them otherwise. */
const versions = ['\u{10000}', '\uffff', 'é', 'b', 'a', 'B', '9', '10.0', '1 ', '1', ''];
