import type { Clock } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import { type Registered, registeredBy } from '../records/outcomes.js';
import type { Retry } from '../records/retry.js';
import type { Actor } from '../values/actor.js';
import { auditOfNew } from '../values/audit.js';
import type { InstallationOwnerId } from '../values/ids.js';
import type { Device, Installation, InstallationDetails } from './installation.js';
import type { InstallationRepository } from './installation.repository.js';

/** A request to register an installation for an owner, on behalf of an actor. */
export interface RegisterInstallation<D extends Device> {
  readonly ownerId: InstallationOwnerId;
  readonly details: InstallationDetails<D>;
  readonly actor: Actor;
  /** Present if the caller may repeat the request. */
  readonly retry?: Retry;
}

/**
 * Registers a new installation under a new id.
 *
 * The use case throws RetryConflictError, RetryInProgressError or UnavailableError.
 */
export function registerInstallation<D extends Device>(ports: {
  installations: InstallationRepository<D>;
  clock: Clock;
  ids: IdGenerator;
}): (request: RegisterInstallation<D>) => Promise<Registered<Installation<D>>> {
  const { installations, clock, ids } = ports;
  return async ({ ownerId, details, actor, retry }) => {
    const { device, firstUsed } = details;
    const audit = auditOfNew(clock.now(), actor);
    return registeredBy(await installations.add({ id: ids.next(), ownerId, device, firstUsed, audit }, retry));
  };
}
