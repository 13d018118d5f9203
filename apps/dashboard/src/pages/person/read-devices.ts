import { type BloodGlucoseMeter, type TelemetryClient, TelemetryError } from '@polaris-telemetry/client';
import type { Installation } from './installation.js';
import { type Listed, readListed } from './known.js';

/** What a person runs now of one product. */
export interface Running {
  readonly app_product: string;
  readonly version_since: string;
  readonly installation: Installation;
}

/** What a person uses and used, as a patient or as a clinician. */
export interface Devices {
  readonly asOf: string;
  readonly current: readonly Running[];
  readonly installations: Listed<Installation>;
  /** Clinicians have none. */
  readonly meters: Listed<BloodGlucoseMeter>;
}

/** Rows of a page: as many as the summary has. */
const ROWS = { pageSize: 10 };

const NONE = { total: 0, records: [], next: null };

/** The summary of a person without devices. */
const SUMMARY = { total: 0, results: [] };
const NOTHING = { as_of: '', current: [], installations: SUMMARY, blood_glucose_meters: SUMMARY };

/**
 * Reads a patient's phones and meters.
 *
 * @param query may hold tokens of pages: `installations`, `meters`
 */
export async function readPatient(client: TelemetryClient, id: string, query: URLSearchParams): Promise<Devices> {
  const {
    as_of: asOf,
    current,
    installations,
    blood_glucose_meters,
  } = await client.patientDevices(id).catch(ofUnknownId);
  const [listed, meters] = await Promise.all([
    readListed(installations, query.get(PAGE_OF.patient), {
      list: (token) => client.patientInstallations(id, ROWS).page(token),
      revisions: (uuid) => client.patientInstallationRevisions(id, uuid).page(),
    }),
    readListed(blood_glucose_meters, query.get(PAGE_OF.meters), {
      list: (token) => client.meters(id, ROWS).page(token),
      revisions: (uuid) => client.meterRevisions(id, uuid).page(),
    }),
  ]);
  return { asOf, current, installations: listed, meters };
}

/**
 * Reads a clinician's desktops.
 *
 * @param query may hold a token of a page: `desktops`
 */
export async function readClinician(client: TelemetryClient, id: string, query: URLSearchParams): Promise<Devices> {
  const { as_of: asOf, current, installations } = await client.clinicianDevices(id).catch(ofUnknownId);
  const listed = await readListed(installations, query.get(PAGE_OF.clinician), {
    list: (token) => client.clinicianInstallations(id, ROWS).page(token),
    revisions: (uuid) => client.clinicianInstallationRevisions(id, uuid).page(),
  });
  return { asOf, current, installations: listed, meters: NONE };
}

/**
 * No one has installed anything under an id that does not fit into an address of the API: 400 if it is too long, 404 if
 * it has a slash. Other data may still refer to it.
 */
function ofUnknownId(error: unknown) {
  if (!(error instanceof TelemetryError) || (error.status !== 400 && error.status !== 404)) throw error;
  return NOTHING;
}

/** The address's parameters that hold a token of a page of each list. */
export const PAGE_OF = { patient: 'phones', clinician: 'desktops', meters: 'meters' } as const;
