import { ownerPolicy } from './owner-policy.js';
import { Forbidden, type Policy } from './policy.js';
import { ERASE, EXPORT, READ, READ_ALL, READ_FLEET, READ_REPORTS, WRITE } from './scopes.js';
import { staffPolicy } from './staff-policy.js';

const NOT_A_SYSTEM = new Forbidden('Only a system of the platform may do this.');

/** Who may do what. Every operation names one of these; no scope implies another. */
export const policies = {
  public: { needsToken: false, needs: '', authorise: () => undefined } satisfies Policy<undefined>,
  patient: {
    write: ownerPolicy('patient_id', WRITE),
    readInstallation: ownerPolicy('patient_id', READ, READ_ALL),
    // The original did not accept READ_ALL here, so no member of staff could ever see a meter.
    readMeter: ownerPolicy('patient_id', READ, READ_ALL),
  },
  clinician: {
    write: ownerPolicy('clinician_id', WRITE),
    readInstallation: ownerPolicy('clinician_id', READ, READ_ALL),
  },
  search: staffPolicy([READ_FLEET]),
  // Reports only count. They name no one.
  reports: staffPolicy([READ_REPORTS, READ_FLEET], { isRecorded: false }),
  // Everything about one person, whole exports, and the access log.
  dataProtection: staffPolicy([EXPORT]),
  erase: staffPolicy([ERASE]),
  dropData: {
    needsToken: true,
    needs: 'Needs a token with one `system_id`.',
    authorise: ({ claims: { system_id: id } }) => (typeof id === 'string' && id !== '' ? undefined : NOT_A_SYSTEM),
  } satisfies Policy<undefined>,
} as const;
