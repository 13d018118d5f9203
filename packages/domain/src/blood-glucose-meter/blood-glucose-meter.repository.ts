import type { AddOutcome, Change, RecordRef, UpdateOutcome } from '../records/outcomes.js';
import type { Retry } from '../records/retry.js';
import type { MeterOwnerId } from '../values/ids.js';
import type { BloodGlucoseMeter, BloodGlucoseMeterFields } from './blood-glucose-meter.js';

/** Identifies one of a patient's meters. */
export type BloodGlucoseMeterRef = RecordRef<MeterOwnerId>;

/**
 * Stores blood glucose meters. `bloodGlucoseMeterRepositoryContract` in `./testing` states what each method
 * promises. Every method throws UnavailableError when the store cannot answer.
 */
export interface BloodGlucoseMeterRepository {
  /**
   * Stores a new meter; with `retry`, at most once for each key, owner and 24 hours.
   *
   * @throws DuplicateIdError when a record with this id exists
   */
  add(meter: BloodGlucoseMeter, retry?: Retry): Promise<AddOutcome<BloodGlucoseMeter>>;

  /** Returns the meter, or undefined if the patient has none with that id. */
  find(ref: BloodGlucoseMeterRef): Promise<BloodGlucoseMeter | undefined>;

  /**
   * Changes the given fields atomically, so concurrent changes to other fields are not lost.
   *
   * @param expected change it only if the stored record still equals this one
   */
  update(
    ref: BloodGlucoseMeterRef,
    change: Change<BloodGlucoseMeterFields>,
    expected?: BloodGlucoseMeter,
  ): Promise<UpdateOutcome<BloodGlucoseMeter>>;
}
