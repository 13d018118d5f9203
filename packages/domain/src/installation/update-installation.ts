import type { Clock } from '../ports/clock.js';
import { recordAfter } from '../records/outcomes.js';
import type { Actor } from '../values/actor.js';
import type { Device, Installation, InstallationFields } from './installation.js';
import type { InstallationRef, InstallationRepository } from './installation.repository.js';

/** A request to change some fields of an installation, on behalf of an actor. */
export interface UpdateInstallation<D extends Device> {
  readonly ref: InstallationRef;
  readonly fields: InstallationFields<D>;
  readonly actor: Actor;
  /** Change the record only if it still equals this one. */
  readonly expected?: Installation<D>;
}

/**
 * Changes the given fields of an installation and returns the whole installation. If no value differs, nothing changes.
 *
 * The use case throws NotFoundError, StaleRecordError or UnavailableError.
 */
export function updateInstallation<D extends Device>(ports: {
  installations: InstallationRepository<D>;
  clock: Clock;
}): (request: UpdateInstallation<D>) => Promise<Installation<D>> {
  const { installations, clock } = ports;
  return async ({ ref, fields, actor, expected }) =>
    recordAfter(await installations.update(ref, { fields, at: clock.now(), by: actor }, expected));
}
