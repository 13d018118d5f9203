import {
  type BloodGlucoseMeter,
  type BloodGlucoseMeterFields,
  compareLatestFirst,
  type DesktopDevice,
  type Device,
  type Installation,
  type InstallationFields,
  type InstallationRepository,
  type MobileDevice,
  type Store,
} from '../src/index.js';
import { inMemoryRecords } from './in-memory-records.js';

/** A new, empty store in memory: the reference implementation of every port. Its records are the very objects that were added, so they must not be changed from outside. */
export function inMemoryStore(): Store {
  const mobiles = inMemoryInstallations<MobileDevice>();
  const desktops = inMemoryInstallations<DesktopDevice>();
  const meters = inMemoryRecords<BloodGlucoseMeter, BloodGlucoseMeterFields>(
    (meter) => meter.patientId,
    (meter, fields) => ({ ...meter, ...fields }),
  );
  return {
    mobileInstallations: mobiles,
    desktopInstallations: desktops,
    meters,
    eraser: {
      async eraseAll() {
        for (const store of [mobiles, desktops, meters]) store.eraseAll();
      },
    },
    probe: {
      check: async () => [
        { checker: 'database_connectivity_test', passed: true, output: 'in memory' },
        { checker: 'database_version_test', passed: true, output: 'in memory' },
      ],
    },
  };
}

function inMemoryInstallations<D extends Device>(): InstallationRepository<D> & { eraseAll(): void } {
  const records = inMemoryRecords<Installation<D>, InstallationFields<D>>(
    (installation) => installation.ownerId,
    (installation, { device, firstUsed }) => ({
      ...installation,
      device: { ...installation.device, ...device },
      firstUsed: firstUsed ?? installation.firstUsed,
    }),
  );
  return {
    ...records,
    findLatest: async (ownerId) => records.ofOwner(ownerId).sort(compareLatestFirst)[0],
  };
}
