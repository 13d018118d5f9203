import type { Store } from '@polaris-telemetry/domain';
import {
  actor,
  aDesktopInstallation,
  aMobileInstallation,
  dateTime,
  instant,
  ownerId,
  recordId,
  text,
} from '@polaris-telemetry/domain/testing';

export const PEOPLE = [
  { person: 'patient', system: 'phone_os', firstUse: 'date_first_launched' },
  { person: 'clinician', system: 'desktop_os', firstUse: 'date_first_used' },
] as const;

/** An installation that was made when it was first used, unless `created` says otherwise. */
export interface Used {
  readonly id: string;
  readonly owner: string;
  readonly at: string;
  readonly texts?: Readonly<Record<string, string>>;
  readonly created?: string;
  readonly modified?: string;
}

/** Puts installations into a store. */
export async function addUsed(store: Store, person: 'patient' | 'clinician', used: readonly Used[]): Promise<void> {
  for (const { id, owner, at, texts = {}, created = at, modified = created } of used) {
    const common = {
      id: recordId(id),
      ownerId: ownerId(owner),
      firstUsed: dateTime(at),
      audit: {
        created: instant(created),
        createdBy: actor(owner),
        modified: instant(modified),
        modifiedBy: actor(owner),
      },
    };
    const device = Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, text(value)]));
    if (person === 'patient') {
      const phone = aMobileInstallation();
      await store.mobileInstallations.add({ ...phone, ...common, device: { ...phone.device, ...device } });
    } else {
      const desktop = aDesktopInstallation();
      await store.desktopInstallations.add({ ...desktop, ...common, device: { ...desktop.device, ...device } });
    }
  }
}
