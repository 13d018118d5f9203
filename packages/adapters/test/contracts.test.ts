import {
  bloodGlucoseMeterQueriesContract,
  bloodGlucoseMeterRepositoryContract,
  type ContractCase,
  clockContract,
  dataEraserContract,
  desktopInstallationQueriesContract,
  desktopInstallationRepositoryContract,
  healthyDatabaseProbeContract,
  idGeneratorContract,
  mobileInstallationQueriesContract,
  mobileInstallationRepositoryContract,
  revisionQueriesContract,
  separateKindsContract,
} from '@polaris-telemetry/domain/testing';
import { describe, it } from 'vitest';
import { createSystemClock, randomIds } from '../src/index.js';
import { databaseServers } from './support/databases.js';
import { storeForSuite } from './support/stores.js';

/** Runs a contract as tests. */
function keeps(cases: readonly ContractCase[]): void {
  it.each([...cases])('$name', ({ check }) => check());
}

describe.each(databaseServers())('contracts on $name', (server) => {
  const store = storeForSuite(server);

  describe('mobile installations', () =>
    keeps(mobileInstallationRepositoryContract(async () => (await store.empty()).mobileInstallations)));
  describe('desktop installations', () =>
    keeps(desktopInstallationRepositoryContract(async () => (await store.empty()).desktopInstallations)));
  describe('blood glucose meters', () =>
    keeps(bloodGlucoseMeterRepositoryContract(async () => (await store.empty()).meters)));
  describe('lists of mobile installations', () => keeps(mobileInstallationQueriesContract(() => store.empty())));
  describe('lists of desktop installations', () => keeps(desktopInstallationQueriesContract(() => store.empty())));
  describe('lists of blood glucose meters', () => keeps(bloodGlucoseMeterQueriesContract(() => store.empty())));
  describe('kinds of records', () => keeps(separateKindsContract(() => store.empty())));
  describe('revisions', () => keeps(revisionQueriesContract(() => store.empty())));
  describe('eraser', () => keeps(dataEraserContract(() => store.empty())));
  describe('probe', () => keeps(healthyDatabaseProbeContract(async () => (await store.empty()).probe)));
});

describe('contracts without a database', () => {
  describe('clock', () => keeps(clockContract(createSystemClock())));
  describe('ids', () => keeps(idGeneratorContract(randomIds)));
});
