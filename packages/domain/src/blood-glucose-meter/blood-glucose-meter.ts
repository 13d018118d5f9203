import type { Audit } from '../values/audit.js';
import type { BloodGlucoseValue } from '../values/blood-glucose-value.js';
import type { MeterOwnerId, MobileId, RecordId } from '../values/ids.js';
import { compareInstants, type Instant } from '../values/instant.js';
import { compareText, type Text } from '../values/text.js';

/** What is told of a meter, and of the reading that was taken to verify that it sends what the patient sees. */
export interface BloodGlucoseMeterDetails {
  /** The phone it reports through. */
  readonly mobileId: MobileId;
  /** As the meter gives it; not unique. */
  readonly serialNumber: Text;
  readonly dateVerified: Instant;
  /** Whether the patient confirmed the value that the meter sent; null when not told. */
  readonly isBgValueCorrect: boolean | null;
  /** The value that the meter sent; null when not told. */
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

/** What of a meter may change: all but whose it is. */
export type BloodGlucoseMeterFields = Partial<BloodGlucoseMeterDetails>;

/**
 * Orders meters of one patient, the one verified last first: by `dateVerified`, then `created` and id, all descending;
 * ids by code point. Never 0 for two different records.
 */
export function compareLatestVerifiedFirst(left: BloodGlucoseMeter, right: BloodGlucoseMeter): number {
  return (
    compareInstants(right.dateVerified, left.dateVerified) ||
    compareInstants(right.audit.created, left.audit.created) ||
    compareText(right.id, left.id)
  );
}
