import {
  type BloodGlucoseMeter,
  compareLatestFirst,
  compareLatestVerifiedFirst,
  type DesktopDevice,
  type Device,
  type Installation,
  type MobileDevice,
  type Store,
} from '../src/index.js';
import {
  aBloodGlucoseMeter,
  actor,
  aDesktopInstallation,
  aMobileInstallation,
  dateTime,
  instant,
  meterOwnerId,
  ownerId,
  recordId,
  text,
} from './builders.js';
import { type ContractCase, expectEqual } from './contract-case.js';
import { currentInstallationsCases, type InstallationPorts } from './current-installations.contract.js';
import { latestFirstLists, listOwner, MIDNIGHT, usedBy } from './latest-first-lists.js';
import { recordQueriesContract } from './records/record-queries.contract.js';

/**
 * What the lists of patients' phone installations promise.
 *
 * @param newStore returns an empty store
 */
export function mobileInstallationQueriesContract(newStore: () => Promise<Store>): ContractCase[] {
  return installationQueriesContract<MobileDevice>(aMobileInstallation, async () => {
    const { patientInstallations, queries } = await newStore();
    return { repository: patientInstallations, queries: queries.patientInstallations };
  });
}

/**
 * What the lists of clinicians' desktop installations promise.
 *
 * @param newStore returns an empty store
 */
export function desktopInstallationQueriesContract(newStore: () => Promise<Store>): ContractCase[] {
  return installationQueriesContract<DesktopDevice>(aDesktopInstallation, async () => {
    const { clinicianInstallations, queries } = await newStore();
    return { repository: clinicianInstallations, queries: queries.clinicianInstallations };
  });
}

const FUTURE = '2030-01-01T00:00:00Z';
const later = { at: instant(FUTURE), by: actor('someone else') };

function installationQueriesContract<D extends Device>(
  build: (overrides?: Partial<Installation<D>>) => Installation<D>,
  newPorts: () => Promise<InstallationPorts<D>>,
): ContractCase[] {
  const used = usedBy(build);
  const lists = latestFirstLists(build);
  const kind = {
    owner: listOwner,
    lists,
    // Alike in everything an index may hold of them: what follows a long text decides.
    numbered: (number: number, long = '') => used(recordId(`n${number}`), MIDNIGHT, `${long}${99 - number}`),
    another: build({ id: recordId('another'), ownerId: ownerId('another') }),
  };
  return [
    ...Object.entries(lists).map(([name, list]) => ({
      name: `the order of the reference: ${name}`,
      check: async () => expectEqual(list.toReversed().sort(compareLatestFirst), list, 'the order'),
    })),
    ...recordQueriesContract(kind, async () => {
      const { repository, queries } = await newPorts();
      return {
        queries,
        add: (record) => repository.add(record),
        moveToFront: (record) => repository.update(record, { fields: { firstUsed: dateTime(FUTURE) }, ...later }),
      };
    }),
    ...currentInstallationsCases(build, newPorts),
  ];
}

const patient = meterOwnerId('patient one'.repeat(10));

/** A meter of the lists' patient, built from the values that decide its place in their order. */
function meter(id: string, dateVerified: string, created = MIDNIGHT, serialNumber = 'SN-1'): BloodGlucoseMeter {
  return aBloodGlucoseMeter({
    id: recordId(id),
    patientId: patient,
    dateVerified: instant(dateVerified),
    serialNumber: text(serialNumber),
    audit: { ...aBloodGlucoseMeter().audit, created: instant(created) },
  });
}

const meterLists = {
  'by date of verification': [
    meter('b', '9999-12-31T23:59:59.999999Z'),
    meter('c', '2022-01-01T00:30:00.000001Z'),
    meter('a', '2022-01-01T00:30:00Z'),
    meter('d', '0001-01-01T00:00:00Z'),
  ],
  'then by creation': [
    meter('a', MIDNIGHT, '2022-01-01T00:00:00.000002Z'),
    meter('b', MIDNIGHT, '2022-01-01T00:00:00.000001Z'),
    meter('c', MIDNIGHT, '2021-12-31T23:59:59.999999Z'),
  ],
  'then by id, by code point': ['é', 'b', 'a', 'B', '1'].map((id) => meter(id, MIDNIGHT)),
};

/**
 * What the lists of blood glucose meters promise.
 *
 * @param newStore returns an empty store
 */
export function bloodGlucoseMeterQueriesContract(newStore: () => Promise<Store>): ContractCase[] {
  const kind = {
    owner: patient,
    lists: meterLists,
    numbered: (number: number, long = '') =>
      meter(`n${number}`, MIDNIGHT, `2022-01-01T00:00:${59 - number}Z`, `${long}${number}`),
    // Its patient's id begins like the other's, as far as an index may hold.
    another: { ...meter('another', MIDNIGHT), patientId: meterOwnerId(`${patient}s`) },
  };
  return [
    ...Object.entries(meterLists).map(([name, list]) => ({
      name: `the order of the reference: ${name}`,
      check: async () => expectEqual(list.toReversed().sort(compareLatestVerifiedFirst), list, 'the order'),
    })),
    ...recordQueriesContract(kind, async () => {
      const { meters, queries } = await newStore();
      return {
        queries: queries.meters,
        add: (record) => meters.add(record),
        moveToFront: ({ patientId, id }) =>
          meters.update({ ownerId: patientId, id }, { fields: { dateVerified: instant(FUTURE) }, ...later }),
      };
    }),
  ];
}
