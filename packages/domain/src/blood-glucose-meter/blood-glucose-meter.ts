import type { Audit } from '../values/audit.js';
import type { BloodGlucoseValue } from '../values/blood-glucose-value.js';
import type { MeterOwnerId, MobileId, RecordId } from '../values/ids.js';
import { compareInstants, type Instant } from '../values/instant.js';
import { compareText, type Text } from '../values/text.js';

/** The details received about a meter, and the reading taken to verify that it sends what the patient sees. */
export interface BloodGlucoseMeterDetails {
  /** The phone that the meter reports through. */
  readonly mobileId: MobileId;
  /** As the meter reports it; not unique. */
  readonly serialNumber: Text;
  readonly dateVerified: Instant;
  /** Whether the patient confirmed the value that the meter sent; null if not received. */
  readonly isBgValueCorrect: boolean | null;
  /** The value that the meter sent; null if not received. */
  readonly bloodGlucoseValue: BloodGlucoseValue | null;
  readonly appProduct: Text;
  readonly appVersion: Text;
}

/** A Bluetooth blood glucose meter of a patient. */
export interface BloodGlucoseMeter extends BloodGlucoseMeterDetails {
  readonly id: RecordId;
  readonly patientId: MeterOwnerId;
  readonly audit: Audit;
}

/** The updatable fields of a meter: everything except its owner. */
export type BloodGlucoseMeterFields = Partial<BloodGlucoseMeterDetails>;

/**
 * Orders one patient's meters, latest verified first: by `dateVerified`, then `created` and id, all descending;
 * ids by code point. Never 0 for two different records.
 */
export function compareLatestVerifiedFirst(left: BloodGlucoseMeter, right: BloodGlucoseMeter): number {
  return (
    compareInstants(right.dateVerified, left.dateVerified) ||
    compareInstants(right.audit.created, left.audit.created) ||
    compareText(right.id, left.id)
  );
}
