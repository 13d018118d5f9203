import type {
  DesktopDevice,
  Device,
  Installation,
  InstallationFields,
  InstallationRef,
  InstallationRepository,
  MobileDevice,
  OffsetDateTime,
} from '../src/index.js';
import { awkwardTexts } from './awkward-texts.js';
import { actor, aDesktopInstallation, aMobileInstallation, dateTime, ownerId, recordId, text } from './builders.js';
import { type ContractCase, expectEqual } from './contract-case.js';
import { latestInstallationCases } from './latest-installation.contract.js';
import { recordRepositoryContract } from './records/record-repository.contract.js';
import { type FieldChange, merged, type RecordSubject } from './records/record-subject.js';

/**
 * What a repository of patients' phone installations promises.
 *
 * @param newRepository returns an empty repository
 */
export function mobileInstallationRepositoryContract(
  newRepository: () => Promise<InstallationRepository<MobileDevice>>,
): ContractCase[] {
  return installationRepositoryContract(newRepository, aMobileInstallation, mobileInstallationSubject);
}

/**
 * What a repository of clinicians' desktop installations promises.
 *
 * @param newRepository returns an empty repository
 */
export function desktopInstallationRepositoryContract(
  newRepository: () => Promise<InstallationRepository<DesktopDevice>>,
): ContractCase[] {
  return installationRepositoryContract(newRepository, aDesktopInstallation, desktopInstallationSubject);
}

type Build<D extends Device> = (overrides?: Partial<Installation<D>>) => Installation<D>;
/** One new value for every field of a device that may change. */
type DeviceFields<D extends Device> = NonNullable<InstallationFields<D>['device']>;
type Subject<D extends Device> = RecordSubject<Installation<D>, InstallationRef, InstallationFields<D>>;
type Change<D extends Device> = FieldChange<Installation<D>, InstallationFields<D>>;

function installationRepositoryContract<D extends Device>(
  newRepository: () => Promise<InstallationRepository<D>>,
  build: Build<D>,
  subject: (repository: InstallationRepository<D>) => Subject<D>,
): ContractCase[] {
  return [
    ...recordRepositoryContract(async () => subject(await newRepository())),
    anotherOffsetCase(newRepository, build),
    ...latestInstallationCases(newRepository, build),
  ];
}

/** What the contracts of records need to know of patients' phone installations. */
export function mobileInstallationSubject(repository: InstallationRepository<MobileDevice>): Subject<MobileDevice> {
  return subjectOf(repository, aMobileInstallation, [
    { appProduct: text('SEND') },
    { appVersion: text('9.9') },
    { phoneOs: text('iOS') },
    { phoneOsVersion: text('15.4') },
    { manufacturer: text('Apple') },
    { model: text('iPhone13,2') },
    { displayName: text('') },
  ]);
}

/** What the contracts of records need to know of clinicians' desktop installations. */
export function desktopInstallationSubject(repository: InstallationRepository<DesktopDevice>): Subject<DesktopDevice> {
  return subjectOf(repository, aDesktopInstallation, [
    { appProduct: text('SEND') },
    { appVersion: text('9.9') },
    { desktopOs: text('macOS') },
    { desktopOsVersion: text('12.3') },
    { ipAddress: text('not an address') },
  ]);
}

function subjectOf<D extends Device>(
  repository: InstallationRepository<D>,
  build: Build<D>,
  deviceFields: readonly [DeviceFields<D>, ...DeviceFields<D>[]],
): Subject<D> {
  const firstUsed = dateTime('2022-03-04T09:00:00.654322+01:00');
  const [firstField, ...otherFields] = deviceFields;
  return {
    repository,
    refOf: ({ ownerId, id }) => ({ ownerId, id }),
    build: (id, owner, audit) =>
      build({ id, ownerId: ownerId(`owner ${owner}`), ...(audit === undefined ? {} : { audit }) }),
    extremes: extremesOf(build),
    changes: [dateChange(firstUsed), deviceChange(firstField), ...otherFields.map((fields) => deviceChange<D>(fields))],
    everyField: { firstUsed, device: merged(deviceFields) },
    noField: {},
  };
}

function deviceChange<D extends Device>(device: DeviceFields<D>): Change<D> {
  return {
    fields: { device },
    applied: (installation) => ({ ...installation, device: { ...installation.device, ...device } }),
  };
}

function dateChange<D extends Device>(firstUsed: OffsetDateTime): Change<D> {
  return { fields: { firstUsed }, applied: (installation) => ({ ...installation, firstUsed }) };
}

function extremesOf<D extends Device>(build: Build<D>): Installation<D>[] {
  const { device, audit } = build();
  const dates = [
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999Z',
    '0000-12-31T23:30:00-01:00',
    '9999-12-31T23:59:59.999999+23:59',
    '1969-12-31T23:59:59.999999-23:59',
  ];
  const extremes: Partial<Installation<D>>[] = [
    ...dates.map((date) => ({ firstUsed: dateTime(date) })),
    { firstUsed: { ...dateTime('2022-03-04T05:06:07Z'), offsetSeconds: -75 } },
    ...awkwardTexts.map((value) => ({
      device: Object.assign({}, device, Object.fromEntries(Object.keys(device).map((key) => [key, value]))),
      audit: { ...audit, createdBy: actor(value), modifiedBy: actor(value) },
    })),
    { id: recordId('💉'.repeat(36)), ownerId: ownerId('é'.repeat(36)) },
    { id: recordId(' '), ownerId: ownerId('%2F../\\"\'') },
  ];
  return extremes.map((overrides, index) => build({ id: recordId(`extreme ${index}`), ...overrides }));
}

function anotherOffsetCase<D extends Device>(
  newRepository: () => Promise<InstallationRepository<D>>,
  build: Build<D>,
): ContractCase {
  return {
    name: 'the same instant in another offset is another value',
    check: async () => {
      const repository = await newRepository();
      const installation = build({ firstUsed: dateTime('2022-01-01T01:00:00+01:00') });
      await repository.add(installation);
      const firstUsed = dateTime('2022-01-01T00:00:00Z');
      const { modified: at, modifiedBy: by } = installation.audit;
      const result = await repository.update(installation, { fields: { firstUsed }, at, by });
      expectEqual(result, { outcome: 'updated', record: { ...installation, firstUsed } }, 'update');
    },
  };
}
