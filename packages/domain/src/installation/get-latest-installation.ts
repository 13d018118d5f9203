import type { InstallationOwnerId } from '../values/ids.js';
import type { Device, Installation } from './installation.js';
import type { InstallationRepository } from './installation.repository.js';

/**
 * Returns the owner's installation with the most recent date of first use, or undefined if there is none.
 *
 * The use case throws UnavailableError.
 */
export function getLatestInstallation<D extends Device>(ports: {
  installations: InstallationRepository<D>;
}): (ownerId: InstallationOwnerId) => Promise<Installation<D> | undefined> {
  return (ownerId) => ports.installations.findLatest(ownerId);
}
