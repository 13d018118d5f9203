import type { AddOutcome, Change, RecordRef, UpdateOutcome } from '../records/outcomes.js';
import type { Retry } from '../records/retry.js';
import type { MeterOwnerId } from '../values/ids.js';
import type { BloodGlucoseMeter, BloodGlucoseMeterFields } from './blood-glucose-meter.js';

/** Names a meter of a patient. */
export type BloodGlucoseMeterRef = RecordRef<MeterOwnerId>;

/**
 * Stores blood glucose meters. What each method promises is written as `bloodGlucoseMeterRepositoryContract` in
 * `./testing`. Every method throws UnavailableError when the store cannot answer.
 */
export interface BloodGlucoseMeterRepository {
  /**
   * Stores a new meter; with `retry`, at most once for each key, owner and 24 hours.
   *
   * @throws DuplicateIdError when a record with this id exists
   */
  add(meter: BloodGlucoseMeter, retry?: Retry): Promise<AddOutcome<BloodGlucoseMeter>>;

  /** The meter, or undefined when the patient has none of that id. */
  find(ref: BloodGlucoseMeterRef): Promise<BloodGlucoseMeter | undefined>;

  /**
   * Changes the named fields in one step, so that concurrent changes lose nothing they did not name.
   *
   * @param expected change it only if the stored record still equals this one
   */
  update(
    ref: BloodGlucoseMeterRef,
    change: Change<BloodGlucoseMeterFields>,
    expected?: BloodGlucoseMeter,
  ): Promise<UpdateOutcome<BloodGlucoseMeter>>;
}
