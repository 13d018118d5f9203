import { describe, it } from 'vitest';
import {
  bloodGlucoseMeterQueriesContract,
  bloodGlucoseMeterRepositoryContract,
  type ContractCase,
  clockContract,
  dataEraserContract,
  desktopInstallationQueriesContract,
  desktopInstallationRepositoryContract,
  fixedClock,
  healthyDatabaseProbeContract,
  idGeneratorContract,
  inMemoryStore,
  instant,
  mobileInstallationQueriesContract,
  mobileInstallationRepositoryContract,
  revisionQueriesContract,
  separateKindsContract,
  sequentialIds,
} from './index.js';

const contracts: Record<string, ContractCase[]> = {
  'mobile installations': mobileInstallationRepositoryContract(async () => inMemoryStore().mobileInstallations),
  'desktop installations': desktopInstallationRepositoryContract(async () => inMemoryStore().desktopInstallations),
  'blood glucose meters': bloodGlucoseMeterRepositoryContract(async () => inMemoryStore().meters),
  'lists of mobile installations': mobileInstallationQueriesContract(async () => inMemoryStore()),
  'lists of desktop installations': desktopInstallationQueriesContract(async () => inMemoryStore()),
  'lists of blood glucose meters': bloodGlucoseMeterQueriesContract(async () => inMemoryStore()),
  'kinds of records': separateKindsContract(async () => inMemoryStore()),
  revisions: revisionQueriesContract(async () => inMemoryStore()),
  eraser: dataEraserContract(async () => inMemoryStore()),
  probe: healthyDatabaseProbeContract(async () => inMemoryStore().probe),
  clock: clockContract(fixedClock(instant('2022-03-04T05:06:07.089123Z'))),
  ids: idGeneratorContract(sequentialIds()),
};

describe.each(Object.entries(contracts))('in memory: %s', (_, cases) => {
  it.each(cases)('$name', ({ check }) => check());
});
