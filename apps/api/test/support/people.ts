import type { Store } from '@polaris-telemetry/domain';
import {
  aDesktopInstallation,
  aMobileInstallation,
  type FirstUse,
  usedInstallation,
} from '@polaris-telemetry/domain/testing';

export const PEOPLE = [
  { person: 'patient', system: 'phone_os', firstUse: 'date_first_launched' },
  { person: 'clinician', system: 'desktop_os', firstUse: 'date_first_used' },
] as const;

/** Puts installations into a store. */
export async function addUsed(store: Store, person: 'patient' | 'clinician', used: readonly FirstUse[]): Promise<void> {
  for (const each of used) {
    if (person === 'patient') await store.patientInstallations.add(usedInstallation(aMobileInstallation, each));
    else await store.clinicianInstallations.add(usedInstallation(aDesktopInstallation, each));
  }
}
