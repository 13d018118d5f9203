import type { AddOutcome, Change, RecordRef, UpdateOutcome } from '../records/outcomes.js';
import type { Retry } from '../records/retry.js';
import type { InstallationOwnerId } from '../values/ids.js';
import type { Device, Installation, InstallationFields } from './installation.js';

/** Names an installation of a patient or clinician. */
export type InstallationRef = RecordRef<InstallationOwnerId>;

/**
 * Stores the installations of one kind of device. What each method promises is written as
 * `installationRepositoryContract` in `./testing`. Every method throws UnavailableError when the store cannot answer.
 */
export interface InstallationRepository<D extends Device> {
  /**
   * Stores a new installation; with `retry`, at most once for each key, owner and 24 hours.
   *
   * @throws DuplicateIdError when a record with this id exists
   */
  add(installation: Installation<D>, retry?: Retry): Promise<AddOutcome<Installation<D>>>;

  /** The installation, or undefined when the owner has none of that id. */
  find(ref: InstallationRef): Promise<Installation<D> | undefined>;

  /** The owner's first installation in the order of `compareLatestFirst`, or undefined when there is none. */
  findLatest(ownerId: InstallationOwnerId): Promise<Installation<D> | undefined>;

  /**
   * Changes the named fields in one step, so that concurrent changes lose nothing they did not name.
   *
   * @param expected change it only if the stored record still equals this one
   */
  update(
    ref: InstallationRef,
    change: Change<InstallationFields<D>>,
    expected?: Installation<D>,
  ): Promise<UpdateOutcome<Installation<D>>>;
}
