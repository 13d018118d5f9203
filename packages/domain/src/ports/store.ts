import type { BloodGlucoseMeterRepository } from '../blood-glucose-meter/blood-glucose-meter.repository.js';
import type { DesktopDevice, MobileDevice } from '../installation/installation.js';
import type { InstallationRepository } from '../installation/installation.repository.js';
import type { DataEraser } from './data-eraser.js';
import type { DatabaseProbe } from './database-probe.js';

/** Every driven port that one store provides. */
export interface Store {
  readonly mobileInstallations: InstallationRepository<MobileDevice>;
  readonly desktopInstallations: InstallationRepository<DesktopDevice>;
  readonly meters: BloodGlucoseMeterRepository;
  readonly eraser: DataEraser;
  readonly probe: DatabaseProbe;
}
