import type { Clock } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { Registered } from '../records/outcomes.js';
import type { InstallationOwnerId } from '../values/ids.js';
import { getInstallation } from './get-installation.js';
import { getLatestInstallation } from './get-latest-installation.js';
import type { Device, Installation } from './installation.js';
import type { InstallationRef, InstallationRepository } from './installation.repository.js';
import { type RegisterInstallation, registerInstallation } from './register-installation.js';
import { type UpdateInstallation, updateInstallation } from './update-installation.js';

/** What can be done with the installations of one kind of device. Each function documents what it throws. */
export interface InstallationUseCases<D extends Device> {
  /** See {@link registerInstallation}. */
  readonly register: (request: RegisterInstallation<D>) => Promise<Registered<Installation<D>>>;
  /** See {@link getInstallation}. */
  readonly get: (ref: InstallationRef) => Promise<Installation<D>>;
  /** See {@link getLatestInstallation}. */
  readonly getLatest: (ownerId: InstallationOwnerId) => Promise<Installation<D> | undefined>;
  /** See {@link updateInstallation}. */
  readonly update: (request: UpdateInstallation<D>) => Promise<Installation<D>>;
}

/** Returns the use cases for the installations of one kind of device. */
export function installationUseCases<D extends Device>(ports: {
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
