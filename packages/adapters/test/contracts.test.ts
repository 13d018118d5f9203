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
  healthyDatabaseProbeContract,
  idGeneratorContract,
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
} from '@polaris-telemetry/domain/testing';
import { describe, it } from 'vitest';
import { createSystemClock, randomIds } from '../src/index.js';
import { databaseServers } from './support/databases.js';
import { foldAll, foldConnection } from './support/fleet.js';
import { storeForSuite } from './support/stores.js';

/** Runs a contract as tests. */
function checkAll(cases: readonly ContractCase[]): void {
  it.each([...cases])('$name', ({ check }) => check());
}

describe.each(databaseServers())('contracts on $name', (server) => {
  const store = storeForSuite(server);
  const fold = () => foldConnection(store.settings);

  const keeps = (cases: readonly ContractCase[]) =>
    checkAll(cases.filter(({ wantsUniqueIds }) => !(wantsUniqueIds && server.distributed)));

  describe('mobile installations', () =>
    keeps(mobileInstallationRepositoryContract(async () => (await store.empty()).patientInstallations)));
  describe('desktop installations', () =>
    keeps(desktopInstallationRepositoryContract(async () => (await store.empty()).clinicianInstallations)));
  describe('blood glucose meters', () =>
    keeps(bloodGlucoseMeterRepositoryContract(async () => (await store.empty()).meters)));
  describe('lists of mobile installations', () => keeps(mobileInstallationQueriesContract(() => store.empty())));
  describe('lists of desktop installations', () => keeps(desktopInstallationQueriesContract(() => store.empty())));
  describe('lists of blood glucose meters', () => keeps(bloodGlucoseMeterQueriesContract(() => store.empty())));
  const fleet = async () => {
    const emptied = await store.empty();
    const client = await fold();
    await foldAll(client);
    return { store: emptied, settle: () => foldAll(client) };
  };
  describe('search across patients', () => keeps(patientFleetContract(fleet)));
  describe('search across clinicians', () => keeps(clinicianFleetContract(fleet)));
  describe('figures on patients', () => keeps(patientReportsContract(fleet)));
  describe('figures on clinicians', () => keeps(clinicianReportsContract(fleet)));
  describe('products', () => keeps(productsContract(fleet)));
  describe('meters of all patients', () => keeps(meterQueriesContract(fleet)));
  describe('kinds of records', () => keeps(separateKindsContract(() => store.empty())));
  describe('revisions', () => keeps(revisionQueriesContract(() => store.empty())));
  describe('exports', () => keeps(exportsContract(() => store.empty())));
  describe('personal data', () => keeps(personalDataContract(() => store.empty())));
  describe('erasures of people', () => keeps(personEraserContract(() => store.empty())));
  describe('accesses', () => keeps(accessLogContract(() => store.empty())));
  describe('eraser', () => keeps(dataEraserContract(fleet)));
  describe('probe', () => keeps(healthyDatabaseProbeContract(async () => (await store.empty()).probe)));
});

describe('contracts without a database', () => {
  describe('clock', () => checkAll(clockContract(createSystemClock())));
  describe('ids', () => checkAll(idGeneratorContract(randomIds)));
});
