import { isWithin, parseVersion, type VersionRange } from '../fleet/version-order.js';
import type { MobileDevice } from '../installation/installation.js';
import { compareInstants, type Instant } from '../values/instant.js';
import type { BloodGlucoseMeter } from './blood-glucose-meter.js';

/** Restricts the phone that a meter reports through: each field lists the accepted values. */
export interface PhoneFilter {
  readonly phoneOs?: readonly string[] | undefined;
  readonly manufacturer?: readonly string[] | undefined;
  readonly model?: readonly string[] | undefined;
}

/** Which meters to find. An absent field does not restrict; a list matches any of its values. */
export interface MeterFilter {
  readonly patientId?: readonly string[] | undefined;
  readonly serialNumber?: readonly string[] | undefined;
  readonly mobileId?: readonly string[] | undefined;
  readonly appProduct?: readonly string[] | undefined;
  readonly appVersion?: readonly string[] | undefined;
  /** Of more than 10,000 distinct versions only the first by code point are in a range, and none of more than 1,000 bytes. */
  readonly appVersionRange?: VersionRange | undefined;
  readonly isBgValueCorrect?: readonly (boolean | null)[] | undefined;
  /** The phone is the patient's installation whose id is the meter's `mobileId`. A missing phone matches nothing. */
  readonly phone?: PhoneFilter | undefined;
  /** Verified at or after this instant. */
  readonly verifiedFrom?: Instant | undefined;
  /** Verified before this instant. */
  readonly verifiedBefore?: Instant | undefined;
  /**
   * Keeps, of the records within `verified…`, only the newest one with an `isBgValueCorrect` for each patient and
   * non-empty serial number. The other fields then select among these.
   */
  readonly latestTold?: boolean | undefined;
}

/** Whether a meter was verified within the filter's time. */
export function isVerifiedWithin(
  { dateVerified }: BloodGlucoseMeter,
  { verifiedFrom, verifiedBefore }: MeterFilter,
): boolean {
  if (verifiedFrom !== undefined && compareInstants(dateVerified, verifiedFrom) < 0) return false;
  return verifiedBefore === undefined || compareInstants(dateVerified, verifiedBefore) < 0;
}

/**
 * Whether a meter passes the filter, leaving `verified…` and `latestTold` aside.
 *
 * @param phone the device of the patient's installation whose id is the meter's `mobileId`
 */
export function matchesFilter(meter: BloodGlucoseMeter, phone: MobileDevice | undefined, filter: MeterFilter): boolean {
  return (
    isAnyOf(meter.patientId, filter.patientId) &&
    isAnyOf(meter.serialNumber, filter.serialNumber) &&
    isAnyOf(meter.mobileId, filter.mobileId) &&
    isAnyOf(meter.appProduct, filter.appProduct) &&
    isAnyOf(meter.appVersion, filter.appVersion) &&
    isAnyOf(meter.isBgValueCorrect, filter.isBgValueCorrect) &&
    (filter.appVersionRange === undefined || isWithin(parseVersion(meter.appVersion), filter.appVersionRange)) &&
    isAnyOf(phone?.phoneOs, filter.phone?.phoneOs) &&
    isAnyOf(phone?.manufacturer, filter.phone?.manufacturer) &&
    isAnyOf(phone?.model, filter.phone?.model)
  );
}

function isAnyOf<Value>(value: Value, wanted: readonly Value[] | undefined): boolean {
  return wanted === undefined || wanted.includes(value);
}
