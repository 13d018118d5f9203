import type { Access } from '../access/access.js';
import type { BloodGlucoseMeter } from '../blood-glucose-meter/blood-glucose-meter.js';
import type { DesktopDevice, Installation, MobileDevice } from '../installation/installation.js';
import type { Revision } from '../revisions/revision.js';
import type { RecordId } from '../values/ids.js';
import type { Instant } from '../values/instant.js';
import type { PersonCounts } from './erasure.js';
import type { PersonId } from './person-id.js';

/** A person's records of one kind, in the order of their ids. */
export interface HeldRecords<Entity> {
  records(): AsyncIterable<Entity>;
  /** The states of these records, newest first for each. */
  revisions(): AsyncIterable<Revision<Entity>>;
}

/** Another owner's record that the person created or changed, in its present state or an earlier one. */
export interface NamedInRecord {
  readonly kind: 'patient_installation' | 'clinician_installation' | 'blood_glucose_meter';
  readonly id: RecordId;
  readonly roles: readonly ('created_by' | 'modified_by')[];
}

/**
 * Everything held on a person, in a single state of the store. Each part is read on demand, one after the other; it must be
 * closed. A part that cannot be read throws.
 */
export interface PersonalData {
  readonly asOf: Instant;
  readonly counts: PersonCounts;
  readonly patientInstallations: HeldRecords<Installation<MobileDevice>>;
  readonly clinicianInstallations: HeldRecords<Installation<DesktopDevice>>;
  readonly meters: HeldRecords<BloodGlucoseMeter>;
  /** By kind, then id. */
  recordsOfOthers(): AsyncIterable<NamedInRecord>;
  /** Accesses about or by the person, newest first. */
  accesses(): AsyncIterable<Access>;
  /** Stops reading, even in the middle of a part. Calling it again does nothing. */
  close(): Promise<void>;
}

/** Reads everything held on one person. `personalDataContract` in `./testing` states what it promises. */
export interface PersonalDataQueries {
  /** @throws UnavailableError when the store cannot answer */
  open(personId: PersonId): Promise<PersonalData>;
}
