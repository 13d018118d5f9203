import type { Clock } from '../ports/clock.js';
import { recordAfter } from '../records/outcomes.js';
import type { Actor } from '../values/actor.js';
import type { BloodGlucoseMeter, BloodGlucoseMeterFields } from './blood-glucose-meter.js';
import type { BloodGlucoseMeterRef, BloodGlucoseMeterRepository } from './blood-glucose-meter.repository.js';

/** A request to change some fields of a meter, on behalf of an actor. */
export interface UpdateBloodGlucoseMeter {
  readonly ref: BloodGlucoseMeterRef;
  readonly fields: BloodGlucoseMeterFields;
  readonly actor: Actor;
  /** Change the record only if it still equals this one. */
  readonly expected?: BloodGlucoseMeter;
}

/**
 * Changes the given fields of a meter and returns the whole meter. If no value differs, nothing changes.
 *
 * The use case throws NotFoundError, StaleRecordError or UnavailableError.
 */
export function updateBloodGlucoseMeter(ports: {
  meters: BloodGlucoseMeterRepository;
  clock: Clock;
}): (request: UpdateBloodGlucoseMeter) => Promise<BloodGlucoseMeter> {
  const { meters, clock } = ports;
  return async ({ ref, fields, actor, expected }) =>
    recordAfter(await meters.update(ref, { fields, at: clock.now(), by: actor }, expected));
}
