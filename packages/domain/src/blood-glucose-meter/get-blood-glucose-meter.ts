import { foundRecord } from '../records/outcomes.js';
import type { BloodGlucoseMeter } from './blood-glucose-meter.js';
import type { BloodGlucoseMeterRef, BloodGlucoseMeterRepository } from './blood-glucose-meter.repository.js';

/**
 * Returns one of a patient's meters.
 *
 * The use case throws NotFoundError or UnavailableError.
 */
export function getBloodGlucoseMeter(ports: {
  meters: BloodGlucoseMeterRepository;
}): (ref: BloodGlucoseMeterRef) => Promise<BloodGlucoseMeter> {
  return async (ref) => foundRecord(await ports.meters.find(ref));
}
