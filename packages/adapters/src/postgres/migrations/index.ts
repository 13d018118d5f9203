import type { Migration } from 'kysely/migration';
import { originalTables } from './0001-original-tables.js';
import { idempotencyKeys } from './0002-idempotency-keys.js';
import { revisions } from './0003-revisions.js';
import { fleet } from './0004-fleet.js';
import { valuesOfRequests } from './0005-values-of-requests.js';
import { accessesAndErasures } from './0006-accesses-and-erasures.js';
import { erasureReplays } from './0007-erasure-replays.js';
import { fleetSums } from './0008-fleet-sums.js';
import { searchByVersion } from './0009-search-by-version.js';
import { fleetReadings } from './0010-fleet-readings.js';
import { ledgerAsBytes } from './0011-ledger-as-bytes.js';
import { passingStates } from './0012-passing-states.js';

/**
 * The schema's migrations, in the order of their names. They are quick, lock no table of the original, and run before the
 * service serves. What takes long on a large table, or needs a lock on it, is in `indexes.ts` and `triggers.ts` instead.
 *
 * Citus may distribute the tables of records (`../distribute`). What changes one of them is a query, or an `execute`, of
 * its own, and a unique index has the owner in it. The functions there have to learn of a new column too.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-original-tables': originalTables,
  '0002-idempotency-keys': idempotencyKeys,
  '0003-revisions': revisions,
  '0004-fleet': fleet,
  '0005-values-of-requests': valuesOfRequests,
  '0006-accesses-and-erasures': accessesAndErasures,
  '0007-erasure-replays': erasureReplays,
  '0008-fleet-sums': fleetSums,
  '0009-search-by-version': searchByVersion,
  '0010-fleet-readings': fleetReadings,
  '0011-ledger-as-bytes': ledgerAsBytes,
  '0012-passing-states': passingStates,
};
