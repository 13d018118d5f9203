import type { Audit } from '../values/audit.js';
import type { InstallationOwnerId, RecordId } from '../values/ids.js';
import { compareInstants } from '../values/instant.js';
import type { OffsetDateTime } from '../values/offset-date-time.js';
import { compareText, type Text } from '../values/text.js';

/** Fields common to every device and the app installed on it. */
export interface Device {
  /** Identifies the device, not the person: two people may share one. Never changes. */
  readonly uniqueDeviceCode: Text;
  /** The product the app belongs to, for example `GDM`. */
  readonly appProduct: Text;
  /** Free text; compared as text where two installations have the same date. */
  readonly appVersion: Text;
}

/** A patient's phone. */
export interface MobileDevice extends Device {
  readonly phoneOs: Text;
  readonly phoneOsVersion: Text;
  readonly manufacturer: Text;
  readonly model: Text;
  readonly displayName: Text;
}

/** A clinician's desktop computer. */
export interface DesktopDevice extends Device {
  readonly desktopOs: Text;
  readonly desktopOsVersion: Text;
  /** Free text: stored data holds invalid addresses. */
  readonly ipAddress: Text;
}

/** The details supplied when an installation is registered. */
export interface InstallationDetails<D extends Device> {
  readonly device: D;
  /** When the app was first launched on this device. */
  readonly firstUsed: OffsetDateTime;
}

/** An app on a device of a patient or a clinician. */
export interface Installation<D extends Device> extends InstallationDetails<D> {
  readonly id: RecordId;
  readonly ownerId: InstallationOwnerId;
  readonly audit: Audit;
}

/** The updatable fields of an installation: everything except its owner and its device. */
export interface InstallationFields<D extends Device> {
  readonly device?: Partial<Omit<D, 'uniqueDeviceCode'>>;
  readonly firstUsed?: OffsetDateTime;
}

/**
 * Orders one owner's installations, latest first: by the instant of first use, then `appVersion`, `created` and id,
 * all descending; texts by code point. Never 0 for two different records.
 */
export function compareLatestFirst<D extends Device>(left: Installation<D>, right: Installation<D>): number {
  return (
    compareInstants(right.firstUsed.instant, left.firstUsed.instant) ||
    compareText(right.device.appVersion, left.device.appVersion) ||
    compareInstants(right.audit.created, left.audit.created) ||
    compareText(right.id, left.id)
  );
}
