import type { RecordQueries } from '../records/record-queries.js';
import type { InstallationOwnerId } from '../values/ids.js';
import type { Instant } from '../values/instant.js';
import type { Device, Installation } from './installation.js';

/** An installation that counts for its product: the one that its owner runs now. */
export interface CurrentRecord<D extends Device> {
  readonly installation: Installation<D>;
  /** Its effective date. */
  readonly since: Instant;
  /** Since when it has run its present version, as far as states are known. */
  readonly versionSince: Instant;
}

/** What an owner runs now. */
export interface CurrentRecords<D extends Device> {
  /** One for each product, newest `since` first, then by product. Fewer where they would take too much memory. */
  readonly current: readonly CurrentRecord<D>[];
  /** How many more there are; 0 but for texts of many megabytes. */
  readonly omitted: number;
  /** What was stored by this moment counts, and what is effective by then. */
  readonly asOf: Instant;
}

/**
 * Reads the installations of one kind of device beyond the first. What it promises is written as
 * `mobileInstallationQueriesContract` and `desktopInstallationQueriesContract` in `./testing`. Every method throws
 * UnavailableError when the store cannot answer.
 */
export interface InstallationQueries<D extends Device> extends RecordQueries<InstallationOwnerId, Installation<D>> {
  /** Returns what an owner runs now, by the rule of `currentInstallations`. */
  findCurrent(ownerId: InstallationOwnerId): Promise<CurrentRecords<D>>;
}
