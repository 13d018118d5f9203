import type { AddOutcome, Change, RecordRef, UpdateOutcome } from '../records/outcomes.js';
import type { Retry } from '../records/retry.js';
import type { InstallationOwnerId } from '../values/ids.js';
import type { Device, Installation, InstallationFields } from './installation.js';

/** Identifies an installation of a patient or clinician. */
export type InstallationRef = RecordRef<InstallationOwnerId>;

/**
 * Stores the installations of one kind of device. `installationRepositoryContract` in `./testing` states
 * what each method promises. Every method throws UnavailableError when the store cannot answer.
 */
export interface InstallationRepository<D extends Device> {
  /**
   * Stores a new installation; with `retry`, at most once for each key, owner and 24 hours.
   *
   * @throws DuplicateIdError when a record with this id exists
   */
  add(installation: Installation<D>, retry?: Retry): Promise<AddOutcome<Installation<D>>>;

  /** Returns the installation, or undefined if the owner has none with that id. */
  find(ref: InstallationRef): Promise<Installation<D> | undefined>;

  /** Returns the owner's first installation in the order of `compareLatestFirst`, or undefined if there is none. */
  findLatest(ownerId: InstallationOwnerId): Promise<Installation<D> | undefined>;

  /**
   * Changes the given fields atomically, so concurrent changes to other fields are not lost.
   *
   * @param expected change it only if the stored record still equals this one
   */
  update(
    ref: InstallationRef,
    change: Change<InstallationFields<D>>,
    expected?: Installation<D>,
  ): Promise<UpdateOutcome<Installation<D>>>;
}
