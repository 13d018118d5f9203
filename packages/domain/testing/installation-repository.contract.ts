import {
  compareLatestFirst,
  type DesktopDevice,
  type Device,
  type Installation,
  type InstallationFields,
  type InstallationRef,
  type InstallationRepository,
  type MobileDevice,
  type RecordId,
} from '../src/index.js';
import { awkwardTexts, longText } from './awkward-texts.js';
import {
  actor,
  aDesktopInstallation,
  aMobileInstallation,
  dateTime,
  instant,
  ownerId,
  recordId,
  text,
} from './builders.js';
import { type ContractCase, expectEqual } from './contract-case.js';
import { type RecordSubject, recordRepositoryContract } from './record-repository.contract.js';

/**
 * What a repository of patients' phone installations promises.
 *
 * @param newRepository gives a repository that is empty
 */
export function mobileInstallationRepositoryContract(
  newRepository: () => Promise<InstallationRepository<MobileDevice>>,
): ContractCase[] {
  return installationRepositoryContract(newRepository, aMobileInstallation, {
    appProduct: text('SEND'),
    phoneOs: text('iOS'),
    phoneOsVersion: text('15.4'),
    manufacturer: text('Apple'),
    model: text('iPhone13,2'),
    displayName: text(''),
  });
}

/**
 * What a repository of clinicians' desktop installations promises.
 *
 * @param newRepository gives a repository that is empty
 */
export function desktopInstallationRepositoryContract(
  newRepository: () => Promise<InstallationRepository<DesktopDevice>>,
): ContractCase[] {
  return installationRepositoryContract(newRepository, aDesktopInstallation, {
    appProduct: text('SEND'),
    desktopOs: text('macOS'),
    desktopOsVersion: text('12.3'),
    ipAddress: text('not an address'),
  });
}

type Subject<D extends Device> = RecordSubject<Installation<D>, InstallationRef, InstallationFields<D>>;

function installationRepositoryContract<D extends Device>(
  newRepository: () => Promise<InstallationRepository<D>>,
  build: (overrides?: Partial<Installation<D>>) => Installation<D>,
  otherFields: Partial<Omit<D, 'uniqueDeviceCode'>>,
): ContractCase[] {
  const subject = (repository: InstallationRepository<D>): Subject<D> => ({
    repository,
    refOf: ({ ownerId, id }) => ({ ownerId, id }),
    build: (id, owner, audit) =>
      build({ id, ownerId: ownerId(`owner ${owner}`), ...(audit === undefined ? {} : { audit }) }),
    extremes: extremesOf(build),
    changes: [
      ...Object.entries<unknown>({ ...otherFields }).map(([name, value]) =>
        deviceChange<D>({ [name]: value } as unknown as Partial<Omit<D, 'uniqueDeviceCode'>>),
      ),
      deviceChange<D>({ appVersion: text('9.9') } as Partial<Omit<D, 'uniqueDeviceCode'>>),
      dateChange<D>('2022-03-04T09:00:00.654322+01:00'),
    ],
    noFields: {},
  });
  return [
    ...recordRepositoryContract(async () => subject(await newRepository())),
    ...latestCases(newRepository, build),
  ];
}

function deviceChange<D extends Device>(device: Partial<Omit<D, 'uniqueDeviceCode'>>): Subject<D>['changes'][number] {
  return {
    fields: { device },
    applied: (installation) => ({ ...installation, device: { ...installation.device, ...device } }),
  };
}

function dateChange<D extends Device>(date: string): Subject<D>['changes'][number] {
  const firstUsed = dateTime(date);
  return { fields: { firstUsed }, applied: (installation) => ({ ...installation, firstUsed }) };
}

function extremesOf<D extends Device>(build: (overrides?: Partial<Installation<D>>) => Installation<D>) {
  const id = (last: number) => recordId(`extreme ${last}`);
  const { device, audit } = build();
  const dates = [
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999Z',
    '0000-12-31T23:30:00-01:00',
    '1969-12-31T23:59:59.999999-23:59',
  ];
  return [
    ...dates.map((date, index) => build({ id: id(index), firstUsed: dateTime(date) })),
    ...awkwardTexts.map((value, index) =>
      build({
        id: id(100 + index),
        device: Object.assign({}, device, Object.fromEntries(Object.keys(device).map((key) => [key, value]))),
        audit: { ...audit, createdBy: actor(value), modifiedBy: actor(value) },
      }),
    ),
    build({ id: recordId('💉'.repeat(36)), ownerId: ownerId('é'.repeat(36)) }),
    build({ id: recordId(' '), ownerId: ownerId('%2F../\\"\'') }),
  ];
}

function latestCases<D extends Device>(
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

  /** Each list is written latest first; whatever the order of adding, its first is the latest. */
  const lists: Record<string, Installation<D>[]> = {
    'by the instant of first use, whatever its offset': [
      used(recordId('c'), '2022-01-01T00:00:00-01:00'),
      used(recordId('b'), '2022-01-01T00:30:00.000001Z'),
      used(recordId('a'), '2022-01-01T00:30:00Z'),
      used(recordId('d'), '2022-01-01T01:00:00+01:00'),
      used(recordId('e'), '0001-01-01T00:00:00Z'),
    ],
    'then by app version as text, by code point': [
      '\u{10000}',
      '\uffff',
      'é',
      'b',
      'a',
      'B',
      '9',
      '10.0',
      '1 ',
      '1',
      '',
    ].map((version, index) => used(recordId(`r${index}`), '2022-01-01T00:00:00Z', version)),
    'then by app version, however long': [
      used(recordId('a'), '2022-01-01T00:00:00Z', `${longText.slice(0, 70)}z`),
      used(recordId('b'), '2022-01-01T00:00:00Z', `${longText}b`),
      used(recordId('c'), '2022-01-01T00:00:00Z', `${longText}a`),
      used(recordId('d'), '2022-01-01T00:00:00Z', longText.slice(0, 64)),
    ],
    'then by creation': [
      used(recordId('a'), '2022-01-01T00:00:00Z', '1', '2022-01-01T00:00:00.000002Z'),
      used(recordId('b'), '2022-01-01T00:00:00Z', '1', '2022-01-01T00:00:00.000001Z'),
    ],
    'then by id, by code point': ['é', 'b', 'a', 'B', '1'].map((id) => used(recordId(id), '2022-01-01T00:00:00Z')),
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
        expectEqual([...list].reverse().sort(compareLatestFirst), list, 'the order of the reference');
        const repository = await newRepository();
        for (const installation of [...list].reverse()) {
          await repository.add(installation);
          expectEqual(await repository.findLatest(one), installation, 'latest');
        }
        for (const installation of list.slice(1)) {
          const ref = { ownerId: one, id: installation.id };
          const change = {
            fields: { firstUsed: dateTime('2030-01-01T00:00:00Z') },
            at: audit.modified,
            by: audit.modifiedBy,
          };
          await repository.update(ref, change);
          expectEqual((await repository.findLatest(one))?.id, installation.id, 'latest after a change');
          await repository.update(ref, { ...change, fields: { firstUsed: installation.firstUsed } });
        }
      },
    })),
    {
      name: 'the same instant in another offset is another value',
      check: async () => {
        const repository = await newRepository();
        const installation = build({ ownerId: one, firstUsed: dateTime('2022-01-01T01:00:00+01:00') });
        await repository.add(installation);
        const firstUsed = dateTime('2022-01-01T00:00:00Z');
        const { modified: at, modifiedBy: by } = audit;
        const result = await repository.update(installation, { fields: { firstUsed }, at, by });
        expectEqual(result, { outcome: 'updated', record: { ...installation, firstUsed } }, 'update');
      },
    },
    {
      name: 'many latests at once each get their own answer',
      check: async () => {
        const repository = await newRepository();
        const owners = Array.from({ length: 100 }, (_, index) => ownerId(`owner ${index}`));
        await Promise.all(
          owners
            .slice(0, 70)
            .map((owner, index) => repository.add(build({ id: recordId(`r${index}`), ownerId: owner }))),
        );
        const latest = await Promise.all(owners.map((owner) => repository.findLatest(owner)));
        const expected = owners.map((_, index) => (index < 70 ? `r${index}` : undefined));
        expectEqual(
          latest.map((installation) => installation?.id as string | undefined),
          expected,
          'latest',
        );
      },
    },
  ];
}
