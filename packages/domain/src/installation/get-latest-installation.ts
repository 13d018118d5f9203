import type { InstallationOwnerId } from '../values/ids.js';
import type { Device, Installation } from './installation.js';
import type { InstallationRepository } from './installation.repository.js';

/**
 * Gives the installation an owner used first most recently, or undefined when the owner has none.
 *
 * The use case throws UnavailableError.
 */
export function getLatestInstallation<D extends Device>(ports: {
  installations: InstallationRepository<D>;
}): (ownerId: InstallationOwnerId) => Promise<Installation<D> | undefined> {
  return (ownerId) => ports.installations.findLatest(ownerId);
}
