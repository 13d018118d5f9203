import { describe, it } from 'vitest';
import {
  bloodGlucoseMeterRepositoryContract,
  type ContractCase,
  clockContract,
  dataEraserContract,
  desktopInstallationRepositoryContract,
  fixedClock,
  healthyDatabaseProbeContract,
  idGeneratorContract,
  inMemoryStore,
  instant,
  mobileInstallationRepositoryContract,
  separateKindsContract,
  sequentialIds,
} from './index.js';

const contracts: Record<string, ContractCase[]> = {
  'mobile installations': mobileInstallationRepositoryContract(async () => inMemoryStore().mobileInstallations),
  'desktop installations': desktopInstallationRepositoryContract(async () => inMemoryStore().desktopInstallations),
  'blood glucose meters': bloodGlucoseMeterRepositoryContract(async () => inMemoryStore().meters),
  'kinds of records': separateKindsContract(async () => inMemoryStore()),
  eraser: dataEraserContract(async () => inMemoryStore()),
  probe: healthyDatabaseProbeContract(async () => inMemoryStore().probe),
  clock: clockContract(fixedClock(instant('2022-03-04T05:06:07.089123Z'))),
  ids: idGeneratorContract(sequentialIds()),
};

describe.each(Object.entries(contracts))('in memory: %s', (_, cases) => {
  it.each(cases)('$name', ({ check }) => check());
});
