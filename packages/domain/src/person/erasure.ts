import type { NewAccess } from '../access/access.js';
import type { AddOutcome } from '../records/outcomes.js';
import type { Page, PageRequest } from '../records/page.js';
import type { Retry } from '../records/retry.js';
import type { Actor } from '../values/actor.js';
import type { RecordId } from '../values/ids.js';
import type { Instant } from '../values/instant.js';
import type { PersonId } from './person-id.js';

/** How much is held on a person. */
export interface PersonCounts {
  readonly patientInstallations: number;
  readonly clinicianInstallations: number;
  readonly bloodGlucoseMeters: number;
  /** States of the person's records, the present ones included. */
  readonly revisions: number;
  /** Copies of the person's records that are kept for safe retries. */
  readonly retryCopies: number;
  /** How often other owners' records name the person as the one who created or changed them; earlier states and copies count. */
  readonly namesInOthersRecords: number;
  /** Accesses that name the person. */
  readonly accesses: number;
}

/** The receipt of an erasure. */
export interface Erasure {
  readonly id: RecordId;
  readonly at: Instant;
  readonly by: Actor;
  /** What was erased. */
  readonly counts: PersonCounts;
  /** Identifies the person: a digest of the id, with a key that only the store has. */
  readonly subject: string;
}

/** A requested erasure. */
export interface ErasureRequest extends Pick<Erasure, 'id' | 'at' | 'by'> {
  readonly personId: PersonId;
  /** The key is valid for this person only. */
  readonly retry?: Retry | undefined;
  /** Stored together with the receipt. */
  readonly access?: NewAccess | undefined;
}

/**
 * Erases people. `personEraserContract` in `./testing` states what it promises. Every method throws UnavailableError when
 * the store cannot answer.
 */
export interface PersonEraser {
  /**
   * Erases a person, all or nothing: records with their revisions, retry copies, and everything derived from them.
   * Elsewhere (who created or changed a record, accesses, receipts) the name becomes `erased`; nothing else changes there,
   * and no access is deleted.
   */
  erase(request: ErasureRequest): Promise<AddOutcome<Erasure>>;
  /** Counts what an erasure would erase. */
  count(personId: PersonId): Promise<PersonCounts>;
}

/** Reads the receipts of erasures. */
export interface ErasureQueries {
  find(id: RecordId): Promise<Erasure | undefined>;
  /**
   * Lists receipts, newest first.
   *
   * @throws InvalidPlaceError when `after` is not a place of such a list
   */
  list(request: PageRequest): Promise<Page<Erasure>>;
}
