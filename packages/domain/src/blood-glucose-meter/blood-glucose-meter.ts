import type { Audit } from '../values/audit.js';
import type { BloodGlucoseValue } from '../values/blood-glucose-value.js';
import type { MeterOwnerId, MobileId, RecordId } from '../values/ids.js';
import type { Instant } from '../values/instant.js';
import type { Text } from '../values/text.js';

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
