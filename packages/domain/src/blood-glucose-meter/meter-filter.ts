import { isWithin, parseVersion, type VersionRange } from '../fleet/version-order.js';
import type { MobileDevice } from '../installation/installation.js';
import { compareInstants, type Instant } from '../values/instant.js';
import type { BloodGlucoseMeter } from './blood-glucose-meter.js';

/** What the phone that a meter reports through must be like: any of the values of each field. */
export interface PhoneFilter {
  readonly phoneOs?: readonly string[] | undefined;
  readonly manufacturer?: readonly string[] | undefined;
  readonly model?: readonly string[] | undefined;
}

/** Which meters are wanted. A field that is absent does not matter; of a list, any value will do. */
export interface MeterFilter {
  readonly patientId?: readonly string[] | undefined;
  readonly serialNumber?: readonly string[] | undefined;
  readonly mobileId?: readonly string[] | undefined;
  readonly appProduct?: readonly string[] | undefined;
  readonly appVersion?: readonly string[] | undefined;
  readonly appVersionRange?: VersionRange | undefined;
  readonly isBgValueCorrect?: readonly (boolean | null)[] | undefined;
  /** Of the phone: the patient's installation whose id is the meter's `mobileId`. Nothing matches a phone that is not there. */
  readonly phone?: PhoneFilter | undefined;
  /** Verified at or after this instant. */
  readonly verifiedFrom?: Instant | undefined;
  /** Verified before this instant. */
  readonly verifiedBefore?: Instant | undefined;
  /**
   * Of the records within `verified…`, only the newest of each patient and non-empty serial number for which
   * `isBgValueCorrect` was received. The other fields then choose among these.
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
 * Whether a meter passes the filter, but for `verified…` and `latestTold`.
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
