import { createTelemetryClient, type TelemetryClient } from '@polaris-telemetry/client';
import { clinicianInstallations, meters, patientInstallations } from './kinds.js';
import { clinicianToken, patientToken, tokenFor } from './tokens.js';

type Body<Method extends 'registerPatientInstallation' | 'registerClinicianInstallation' | 'registerMeter'> =
  Parameters<TelemetryClient[Method]>[1];

export const phone = patientInstallations.body as Body<'registerPatientInstallation'>;
export const desktop = clinicianInstallations.body as Body<'registerClinicianInstallation'>;
export const meter = meters.body as Body<'registerMeter'>;

const STAFF =
  'read:gdm_telemetry_all read:gdm_telemetry_fleet read:gdm_telemetry_reports export:gdm_telemetry_all erase:gdm_telemetry_all';

/** The people of a test, each with a client of their own. */
export interface ClientWorld {
  readonly patientId: string;
  readonly clinicianId: string;
  readonly patient: TelemetryClient;
  readonly clinician: TelemetryClient;
  readonly staff: TelemetryClient;
  /** The client of any other patient. */
  readonly of: (patientId: string) => TelemetryClient;
}

/** @param fetch in place of the platform's */
export function clientWorld(baseUrl: string, fetch: typeof globalThis.fetch = globalThis.fetch): ClientWorld {
  const [patientId, clinicianId] = ['patient of the client', 'clinician of the client'];
  const clientWith = (token: () => Promise<string>) => createTelemetryClient({ baseUrl, token, fetch });
  return {
    patientId,
    clinicianId,
    patient: clientWith(() => patientToken(patientId)),
    of: (id) => clientWith(() => patientToken(id)),
    clinician: clientWith(() => clinicianToken(clinicianId)),
    staff: clientWith(() => tokenFor({ scope: STAFF, metadata: { clinician_id: 'staff of the client' } })),
  };
}
