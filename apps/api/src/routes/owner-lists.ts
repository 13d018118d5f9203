import type { UseCases } from '@polaris-telemetry/domain';
import { parseInstallationOwnerId, parseMeterOwnerId } from '@polaris-telemetry/domain';
import { policies } from '../auth/policies.js';
import type { Operation } from '../pipeline/operation.js';
import { showBeginning, summarising } from './device-summary.js';
import { listing, listingRevisions } from './record-lists.js';
import type { OwnedRecords } from './record-operations.js';

/** What can be read about one owner besides single records: lists, revisions, and the summary. */
export function ownerListOperations(
  { patients, clinicians, meters }: OwnedRecords,
  { lists, revisions, summaries }: Pick<UseCases, 'lists' | 'revisions' | 'summaries'>,
): Operation[] {
  const { readInstallation, readMeter } = policies.patient;
  const order = 'In the order of `latest_installation`, latest first.';
  const ofPatients = {
    records: patients,
    owner: 'patient',
    name: 'installation',
    policy: readInstallation,
    order,
  } as const;
  const ofClinicians = {
    records: clinicians,
    owner: 'clinician',
    name: 'installation',
    policy: policies.clinician.readInstallation,
    order,
  } as const;
  const ofMeters = {
    records: meters,
    owner: 'patient',
    name: 'blood_glucose_meter',
    policy: readMeter,
    order: 'Latest verified first; among equal dates, latest created first.',
  } as const;
  return [
    listing(ofPatients, lists.patientInstallations),
    listing(ofClinicians, lists.clinicianInstallations),
    listing(ofMeters, lists.meters),
    listingRevisions(ofPatients, revisions.patientInstallations),
    listingRevisions(ofClinicians, revisions.clinicianInstallations),
    listingRevisions(ofMeters, revisions.meters),
    summarising({
      owner: 'patient',
      policy: readInstallation,
      parseOwner: parseMeterOwnerId,
      installations: patients,
      summarise: summaries.patients,
      also: {
        doc: { blood_glucose_meters: meters.doc },
        show: (summary) => ({ blood_glucose_meters: showBeginning(meters, summary.meters) }),
      },
    }),
    summarising({
      owner: 'clinician',
      policy: policies.clinician.readInstallation,
      parseOwner: parseInstallationOwnerId,
      installations: clinicians,
      summarise: summaries.clinicians,
    }),
  ];
}
