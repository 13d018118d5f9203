import { type BloodGlucoseMeterUseCases, bloodGlucoseMeterUseCases } from './blood-glucose-meter/use-cases.js';
import type { DesktopDevice, MobileDevice } from './installation/installation.js';
import { type InstallationUseCases, installationUseCases } from './installation/use-cases.js';
import type { Clock } from './ports/clock.js';
import type { IdGenerator } from './ports/id-generator.js';
import type { Store } from './ports/store.js';

/** The driving port: everything that a program can do with the records of one store. */
export interface UseCases {
  /** Patients have phones. */
  readonly patientInstallations: InstallationUseCases<MobileDevice>;
  /** Clinicians have desktop computers. */
  readonly clinicianInstallations: InstallationUseCases<DesktopDevice>;
  readonly meters: BloodGlucoseMeterUseCases;
}

/** Returns the use cases on a store. */
export function useCasesOn(
  { mobileInstallations, desktopInstallations, meters }: Store,
  outside: { clock: Clock; ids: IdGenerator },
): UseCases {
  return {
    patientInstallations: installationUseCases({ installations: mobileInstallations, ...outside }),
    clinicianInstallations: installationUseCases({ installations: desktopInstallations, ...outside }),
    meters: bloodGlucoseMeterUseCases({ meters, ...outside }),
  };
}
