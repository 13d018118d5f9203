import type { BloodGlucoseMeter, ClinicianInstallation, PatientInstallation } from '@polaris-telemetry/client';
import { NOTHING_FOUND, problem, type Script } from './scripted-api.js';

export const AS_OF = '2026-11-26T09:00:00.000Z';

export const PHONE: PatientInstallation = {
  uuid: 'i-1',
  patient_id: 'p',
  unique_device_code: 'device-1',
  date_first_launched: '2026-03-02T08:15:00.000+01:00',
  app_product: 'GDM',
  app_version: '4.1.0',
  phone_os: 'iOS',
  phone_os_version: '18.3',
  manufacturer: 'Apple',
  model: 'iPhone14,5',
  display_name: 'iPhone 13',
  created: '2026-03-02T07:16:00.000Z',
  created_by: 'p',
  modified: '2026-03-02T07:16:00.000Z',
  modified_by: 'p',
};

export const DESKTOP: ClinicianInstallation = {
  uuid: 'd-1',
  clinician_id: 'p',
  unique_device_code: 'desktop-1',
  date_first_used: '2026-05-01T08:00:00.000Z',
  app_product: 'GDM',
  app_version: '2.6.0',
  desktop_os: 'Windows',
  desktop_os_version: '10.0.22631',
  ip_address: '10.0.0.7',
  created: '2026-05-01T08:00:00.000Z',
  created_by: 'p',
  modified: '2026-05-01T08:00:00.000Z',
  modified_by: 'p',
};

export const METER: BloodGlucoseMeter = {
  uuid: 'm-1',
  patient_id: 'p',
  mobile_id: 'i-1',
  serial_number: '30341974',
  date_verified: '2026-03-03T09:00:00.000Z',
  is_bg_value_correct: false,
  blood_glucose_value: 5.1,
  app_product: 'GDM',
  app_version: '4.1.0',
  created: '2026-03-03T09:00:00.000Z',
  created_by: 'p',
  modified: '2026-03-03T09:00:00.000Z',
  modified_by: 'p',
};

export const COUNTS = {
  patient_installations: 2,
  clinician_installations: 0,
  blood_glucose_meters: 1,
  revisions: 4,
  retry_copies: 3,
  names_in_others_records: 1,
  accesses: 1234,
};

export const RECEIPT = {
  id: 'r-1',
  at: AS_OF,
  by: 'staff-1',
  counts: COUNTS,
  subject: 'digest',
  dry_run: false,
};

export const ACCESS = {
  at: '2026-11-25T10:00:00.000Z',
  actor: 'staff-2',
  operation: 'GET /dhos/v1/patient/{patient_id}/device_summary',
  person_id: 'p',
  query: null as string | null,
  status: 200,
  request_id: 'look-1',
};

export interface World {
  readonly phones: readonly PatientInstallation[];
  readonly desktops: readonly ClinicianInstallation[];
  readonly meters: readonly BloodGlucoseMeter[];
  readonly revisions: Readonly<Record<string, readonly object[]>>;
  readonly accesses: readonly (typeof ACCESS)[];
  /** What an erasure answers. */
  readonly erased: () => unknown;
}

/** An API that knows one person. */
export function peopleOf(world: Partial<World> = {}): Script {
  const { phones = [PHONE], desktops = [], meters = [METER], revisions = {}, accesses = [ACCESS], erased } = world;
  const current = (installations: readonly (PatientInstallation | ClinicianInstallation)[]) =>
    installations.slice(0, 1).map((installation) => ({
      app_product: installation.app_product,
      since: installation.created,
      version_since: installation.created,
      installation,
    }));
  const first = <Row>(rows: readonly Row[]) => ({ total: rows.length, results: rows.slice(0, 10) });
  const answers: readonly (readonly [path: RegExp, answer: (url: URL, init: RequestInit) => unknown])[] = [
    [
      /\/patient\/[^/]+\/device_summary$/,
      () => ({
        as_of: AS_OF,
        current: current(phones),
        installations: first(phones),
        blood_glucose_meters: first(meters),
      }),
    ],
    [
      /\/clinician\/[^/]+\/device_summary$/,
      () => ({ as_of: AS_OF, current: current(desktops), installations: first(desktops) }),
    ],
    [/\/installation$/, () => ({ ...NOTHING_FOUND, results: phones.slice(0, 10), next_page_token: 'next' })],
    [
      /\/revision$/,
      ({ pathname }) => {
        const results = revisions[pathname.split('/').at(-2) ?? ''] ?? [];
        return { ...NOTHING_FOUND, results, complete: true };
      },
    ],
    [/\/personal_data$/, () => ({ person_id: 'p', as_of: AS_OF })],
    [/\/accesses$/, () => ({ ...NOTHING_FOUND, results: accesses })],
    [
      /\/erasures$/,
      (_, { method, body }) => {
        if (method !== 'POST') return { ...NOTHING_FOUND, results: [RECEIPT] };
        if (JSON.parse(String(body)).dry_run === true) return { counts: COUNTS };
        return erased === undefined ? Response.json(RECEIPT, { status: 201 }) : erased();
      },
    ],
    [/\/erasures\/r-1$/, () => RECEIPT],
  ];
  return (url, init) => {
    const answer = answers.find(([path]) => path.test(url.pathname))?.[1];
    return answer === undefined ? problem(404, 'Not found.') : answer(url, init);
  };
}
