import { describe, it } from 'vitest';
import {
  accessLogContract,
  bloodGlucoseMeterQueriesContract,
  bloodGlucoseMeterRepositoryContract,
  type ContractCase,
  clinicianFleetContract,
  clinicianReportsContract,
  clockContract,
  dataEraserContract,
  desktopInstallationQueriesContract,
  desktopInstallationRepositoryContract,
  exportsContract,
  type FleetSubject,
  fixedClock,
  healthyDatabaseProbeContract,
  idGeneratorContract,
  inMemoryStore,
  instant,
  meterQueriesContract,
  mobileInstallationQueriesContract,
  mobileInstallationRepositoryContract,
  patientFleetContract,
  patientReportsContract,
  personalDataContract,
  personEraserContract,
  productsContract,
  revisionQueriesContract,
  separateKindsContract,
  sequentialIds,
} from './index.js';

const contracts: Record<string, ContractCase[]> = {
  'mobile installations': mobileInstallationRepositoryContract(async () => inMemoryStore().patientInstallations),
  'desktop installations': desktopInstallationRepositoryContract(async () => inMemoryStore().clinicianInstallations),
  'blood glucose meters': bloodGlucoseMeterRepositoryContract(async () => inMemoryStore().meters),
  'lists of mobile installations': mobileInstallationQueriesContract(async () => inMemoryStore()),
  'lists of desktop installations': desktopInstallationQueriesContract(async () => inMemoryStore()),
  'lists of blood glucose meters': bloodGlucoseMeterQueriesContract(async () => inMemoryStore()),
  'meters of all patients': meterQueriesContract(async () => inMemoryFleetSubject()),
  'kinds of records': separateKindsContract(async () => inMemoryStore()),
  'search across patients': patientFleetContract(async () => inMemoryFleetSubject()),
  'search across clinicians': clinicianFleetContract(async () => inMemoryFleetSubject()),
  'figures on patients': patientReportsContract(async () => inMemoryFleetSubject()),
  'figures on clinicians': clinicianReportsContract(async () => inMemoryFleetSubject()),
  products: productsContract(async () => inMemoryFleetSubject()),
  revisions: revisionQueriesContract(async () => inMemoryStore()),
  exports: exportsContract(async () => inMemoryStore()),
  'personal data': personalDataContract(async () => inMemoryStore()),
  'erasures of people': personEraserContract(async () => inMemoryStore()),
  accesses: accessLogContract(async () => inMemoryStore()),
  eraser: dataEraserContract(async () => inMemoryFleetSubject()),
  probe: healthyDatabaseProbeContract(async () => inMemoryStore().probe),
  clock: clockContract(fixedClock(instant('2022-03-04T05:06:07.089123Z'))),
  ids: idGeneratorContract(sequentialIds()),
};

function inMemoryFleetSubject(): FleetSubject {
  return { store: inMemoryStore(), settle: async () => {} };
}

describe.each(Object.entries(contracts))('in memory: %s', (_, cases) => {
  it.each(cases)('$name', ({ check }) => check());
});
