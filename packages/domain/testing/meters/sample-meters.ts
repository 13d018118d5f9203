import type { BloodGlucoseMeter, MeterQueries, Store } from '../../src/index.js';
import { awkwardTexts } from '../awkward-texts.js';
import {
  aBloodGlucoseMeter,
  aMobileInstallation,
  instant,
  meterOwnerId,
  mobileId,
  ownerId,
  recordId,
  text,
} from '../builders.js';
import type { FleetSubject } from '../fleet/searching.js';
import { inMemoryStore } from '../in-memory-repositories.js';

/** Reads the same meters from the subject and from the reference. */
export async function bothFilled(
  newSubject: () => Promise<FleetSubject>,
): Promise<{ readonly queries: MeterQueries; readonly reference: MeterQueries }> {
  const { store, settle } = await newSubject();
  const reference = inMemoryStore();
  for (const each of [store, reference]) await fill(each);
  await settle();
  return { queries: store.queries.allMeters, reference: reference.queries.allMeters };
}

const PATIENTS = ['p1', 'p2', `p${'9'.repeat(300)}`, 'P1'];
const SERIALS = ['SN-1', 'SN-2', '', `SN${'x'.repeat(300)}`, `SN${'x'.repeat(299)}y`];
const VERSIONS = ['4.1.9', '4.2', '4.2.0', 'v4.2.0-beta', '4.10', 'unordered', '', '99'];
const ANSWERS = [true, false, null, true, false];

/** Patients with one phone each (another patient's meter names one of them), and sixty meters. */
async function fill({ meters, patientInstallations }: Store): Promise<void> {
  const { device } = aMobileInstallation();
  for (const [index, phoneOs] of ['Android', 'iOS', ''].entries()) {
    const installation = aMobileInstallation({
      id: recordId(`phone-${index}`),
      ownerId: ownerId(index === 2 ? 'p1' : `p${index + 1}`),
      device: { ...device, phoneOs: text(phoneOs), manufacturer: text(index === 0 ? 'Fairphone' : '') },
    });
    await patientInstallations.add(installation);
  }
  for (let index = 0; index < 60; index++) await meters.add(meterOf(index));
}

/** The strides have no common factor, so every value meets every other. */
export function meterOf(index: number): BloodGlucoseMeter {
  const { audit } = aBloodGlucoseMeter();
  const day = 1 + (index % 7);
  return aBloodGlucoseMeter({
    id: recordId(`m${(index * 37) % 60}`),
    patientId: meterOwnerId(PATIENTS[index % PATIENTS.length] ?? ''),
    serialNumber: text(SERIALS[(index * 3) % SERIALS.length] ?? ''),
    mobileId: mobileId(`phone-${index % 4}`),
    dateVerified: instant(`2022-01-0${day}T00:00:00.00000${index % 2}Z`),
    isBgValueCorrect: ANSWERS[(index * 2 + Math.floor(index / 7)) % ANSWERS.length] ?? null,
    appProduct: text(index % 5 === 0 ? (awkwardTexts[index % awkwardTexts.length] ?? '') : 'GDM'),
    appVersion: text(VERSIONS[Math.floor(index / 3) % VERSIONS.length] ?? ''),
    audit: { ...audit, created: instant(`2022-03-0${1 + (index % 3)}T00:00:00Z`) },
  });
}
