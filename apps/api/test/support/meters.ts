import type { Store } from '@polaris-telemetry/domain';
import {
  aBloodGlucoseMeter,
  aMobileInstallation,
  instant,
  meterOwnerId,
  mobileId,
  ownerId,
  recordId,
  text,
} from '@polaris-telemetry/domain/testing';

/** Puts 80 readings of four patients into a store: three have a phone that is known, one phone disagrees most. */
export async function addReadings(store: Store): Promise<void> {
  const { device } = aMobileInstallation();
  for (const [index, model] of ['FP4', 'iPhone14,5', '=evil()'].entries()) {
    const phone = { ...device, model: text(model) };
    await store.patientInstallations.add(
      aMobileInstallation({ id: recordId(`phone-${index}`), ownerId: ownerId(`p${index}`), device: phone }),
    );
  }
  for (let index = 0; index < 80; index++) {
    const person = index % 4;
    await store.meters.add(
      aBloodGlucoseMeter({
        id: recordId(`m${index}`),
        patientId: meterOwnerId(`p${person}`),
        mobileId: mobileId(`phone-${person}`),
        serialNumber: text(`SN-${person}-${index % 12}`),
        dateVerified: instant(`2022-01-${String(1 + (index % 28)).padStart(2, '0')}T12:00:00Z`),
        isBgValueCorrect: index % 7 === 0 ? null : person !== 1 || index % 3 === 0,
        appVersion: text(index % 5 === 0 ? '4.10' : '4.2'),
      }),
    );
  }
}
