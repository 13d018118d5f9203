import { foundRecord } from '../records/outcomes.js';
import type { Device, Installation } from './installation.js';
import type { InstallationRef, InstallationRepository } from './installation.repository.js';

/**
 * Returns one of an owner's installations.
 *
 * The use case throws NotFoundError or UnavailableError.
 */
export function getInstallation<D extends Device>(ports: {
  installations: InstallationRepository<D>;
}): (ref: InstallationRef) => Promise<Installation<D>> {
  return async (ref) => foundRecord(await ports.installations.find(ref));
}
