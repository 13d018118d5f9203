import { compareLatestFirst, type Device, type Installation, type InstallationRepository } from '../src/index.js';
import { dateTime, ownerId, recordId } from './builders.js';
import { type ContractCase, expectEqual } from './contract-case.js';
import { latestFirstLists, listOwner, MIDNIGHT, usedBy } from './latest-first-lists.js';
import { many } from './records/record-subject.js';

/**
 * What `findLatest` promises, for every kind of device.
 *
 * @param newRepository returns an empty repository
 */
export function latestInstallationCases<D extends Device>(
  newRepository: () => Promise<InstallationRepository<D>>,
  build: (overrides?: Partial<Installation<D>>) => Installation<D>,
): ContractCase[] {
  const one = listOwner;
  const { audit } = build();
  const used = usedBy(build);
  const midnight = MIDNIGHT;
  const lists = latestFirstLists(build);

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
