import type { Clock } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { Registered } from '../records/outcomes.js';
import type { BloodGlucoseMeter } from './blood-glucose-meter.js';
import type { BloodGlucoseMeterRef, BloodGlucoseMeterRepository } from './blood-glucose-meter.repository.js';
import { getBloodGlucoseMeter } from './get-blood-glucose-meter.js';
import { type RegisterBloodGlucoseMeter, registerBloodGlucoseMeter } from './register-blood-glucose-meter.js';
import { type UpdateBloodGlucoseMeter, updateBloodGlucoseMeter } from './update-blood-glucose-meter.js';

/** What can be done with blood glucose meters. Each function documents what it throws. */
export interface BloodGlucoseMeterUseCases {
  /** See {@link registerBloodGlucoseMeter}. */
  readonly register: (request: RegisterBloodGlucoseMeter) => Promise<Registered<BloodGlucoseMeter>>;
  /** See {@link getBloodGlucoseMeter}. */
  readonly get: (ref: BloodGlucoseMeterRef) => Promise<BloodGlucoseMeter>;
  /** See {@link updateBloodGlucoseMeter}. */
  readonly update: (request: UpdateBloodGlucoseMeter) => Promise<BloodGlucoseMeter>;
}

/** Returns the use cases for blood glucose meters. */
export function bloodGlucoseMeterUseCases(ports: {
  meters: BloodGlucoseMeterRepository;
  clock: Clock;
  ids: IdGenerator;
}): BloodGlucoseMeterUseCases {
  return {
    register: registerBloodGlucoseMeter(ports),
    get: getBloodGlucoseMeter(ports),
    update: updateBloodGlucoseMeter(ports),
  };
}
