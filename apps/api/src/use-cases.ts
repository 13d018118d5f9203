import {
  type BloodGlucoseMeterRepository,
  type Clock,
  type DesktopDevice,
  type Device,
  getBloodGlucoseMeter,
  getInstallation,
  getLatestInstallation,
  type IdGenerator,
  type InstallationRepository,
  type MobileDevice,
  registerBloodGlucoseMeter,
  registerInstallation,
  updateBloodGlucoseMeter,
  updateInstallation,
} from '@polaris-telemetry/domain';
import type { MeterUseCases } from './routes/blood-glucose-meters.js';
import type { InstallationUseCases } from './routes/installations.js';

/** What the use cases need of the outside. */
export interface Ports {
  readonly mobileInstallations: InstallationRepository<MobileDevice>;
  readonly desktopInstallations: InstallationRepository<DesktopDevice>;
  readonly meters: BloodGlucoseMeterRepository;
  readonly clock: Clock;
  readonly ids: IdGenerator;
}

/** Everything that can be done to records. */
export interface UseCases {
  readonly patientInstallations: InstallationUseCases<MobileDevice>;
  readonly clinicianInstallations: InstallationUseCases<DesktopDevice>;
  readonly meters: MeterUseCases;
}

/** Patients have phones, clinicians have desktops, and their installations are otherwise the same. */
export function createUseCases({ mobileInstallations, desktopInstallations, meters, clock, ids }: Ports): UseCases {
  return {
    patientInstallations: installationUseCases({ installations: mobileInstallations, clock, ids }),
    clinicianInstallations: installationUseCases({ installations: desktopInstallations, clock, ids }),
    meters: {
      register: registerBloodGlucoseMeter({ meters, clock, ids }),
      get: getBloodGlucoseMeter({ meters }),
      update: updateBloodGlucoseMeter({ meters, clock }),
    },
  };
}

function installationUseCases<D extends Device>(ports: {
  installations: InstallationRepository<D>;
  clock: Clock;
  ids: IdGenerator;
}): InstallationUseCases<D> {
  return {
    register: registerInstallation(ports),
    get: getInstallation(ports),
    getLatest: getLatestInstallation(ports),
    update: updateInstallation(ports),
  };
}
