import type { RecordQueries } from '../records/record-queries.js';
import type { InstallationOwnerId } from '../values/ids.js';
import type { Instant } from '../values/instant.js';
import type { Device, Installation } from './installation.js';

/** The installation that counts for its product: the one its owner currently runs. */
export interface CurrentRecord<D extends Device> {
  readonly installation: Installation<D>;
  /** Its effective date. */
  readonly since: Instant;
  /** When it started to run its present version, as far as states are known. */
  readonly versionSince: Instant;
}

/** What an owner currently runs. */
export interface CurrentRecords<D extends Device> {
  /** One for each product, newest `since` first, then by product. Fewer if they would take too much memory. */
  readonly current: readonly CurrentRecord<D>[];
  /** How many more there are; 0 except with texts of many megabytes. */
  readonly omitted: number;
  /** Everything stored and effective by this moment counts. */
  readonly asOf: Instant;
}

/**
 * Reads several installations of one kind of device at a time. `mobileInstallationQueriesContract` and
 * `desktopInstallationQueriesContract` in `./testing` state what it promises. Every method throws UnavailableError when
 * the store cannot answer.
 */
export interface InstallationQueries<D extends Device> extends RecordQueries<InstallationOwnerId, Installation<D>> {
  /** Returns what an owner currently runs, by the rule of `currentInstallations`. */
  findCurrent(ownerId: InstallationOwnerId): Promise<CurrentRecords<D>>;
}
