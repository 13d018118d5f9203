import type { Clock } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import { type Registered, registeredBy } from '../records/outcomes.js';
import type { Retry } from '../records/retry.js';
import type { Actor } from '../values/actor.js';
import { auditOfNew } from '../values/audit.js';
import type { MeterOwnerId } from '../values/ids.js';
import type { BloodGlucoseMeter, BloodGlucoseMeterDetails } from './blood-glucose-meter.js';
import type { BloodGlucoseMeterRepository } from './blood-glucose-meter.repository.js';

/** A request to register a meter for a patient, on behalf of an actor. */
export interface RegisterBloodGlucoseMeter {
  readonly patientId: MeterOwnerId;
  readonly details: BloodGlucoseMeterDetails;
  readonly actor: Actor;
  /** Present if the caller may repeat the request. */
  readonly retry?: Retry;
}

/**
 * Registers a new meter under a new id.
 *
 * The use case throws RetryConflictError, RetryInProgressError or UnavailableError.
 */
export function registerBloodGlucoseMeter(ports: {
  meters: BloodGlucoseMeterRepository;
  clock: Clock;
  ids: IdGenerator;
}): (request: RegisterBloodGlucoseMeter) => Promise<Registered<BloodGlucoseMeter>> {
  const { meters, clock, ids } = ports;
  return async ({ patientId, details, actor, retry }) => {
    const audit = auditOfNew(clock.now(), actor);
    return registeredBy(await meters.add({ ...details, id: ids.next(), patientId, audit }, retry));
  };
}
