import type { ClinicianInstallation, PatientInstallation } from '@polaris-telemetry/client';

/** An installation on a phone or a desktop. */
export type Installation = PatientInstallation | ClinicianInstallation;

/** The apps did not exist before: an earlier date of first use comes from a wrong clock. */
const EARLIEST_PLAUSIBLE = Date.UTC(2015);

/** When the app was first used, by the device's own clock. */
export function firstUsedOf(installation: Installation): string {
  return 'patient_id' in installation ? installation.date_first_launched : installation.date_first_used;
}

/** The instant from which an installation counts, as in the reports: `created` if the device's clock was wrong. */
export function effectiveDateOf(installation: Installation): string {
  const firstUsed = firstUsedOf(installation);
  const instant = Date.parse(firstUsed);
  const isPlausible = instant >= EARLIEST_PLAUSIBLE && instant <= Date.parse(installation.created);
  return isPlausible ? firstUsed : installation.created;
}

/** Returns the device's name. */
export function deviceOf(installation: Installation): string {
  return 'patient_id' in installation ? installation.display_name : installation.desktop_os;
}
