import { policies } from '../../src/auth/policies.js';
import type { Policy } from '../../src/auth/policy.js';
import type { TokenOptions } from './tokens.js';

/** What the contract says of one policy: callers it lets in to the records of `owner-1`, and callers it does not. */
export interface Permission {
  readonly permitted: readonly TokenOptions[];
  readonly refused: readonly TokenOptions[];
}

const OWN = 'read:gdm_telemetry write:gdm_telemetry';
const ALL = 'read:gdm_telemetry_all';
const STAFF_SCOPES = [
  'read:gdm_telemetry_fleet',
  'read:gdm_telemetry_reports',
  'export:gdm_telemetry_all',
  'erase:gdm_telemetry_all',
] as const;
const EVERY_SCOPE = [OWN, ALL, ...STAFF_SCOPES].join(' ');

function ownersOnly(claim: 'patient_id' | 'clinician_id', scope: string, staffToo: boolean): Permission {
  const me = { [claim]: 'owner-1' };
  const staff: TokenOptions = { scope: ALL, metadata: { system_id: 'reader' } };
  const wrongScopes = [OWN.replace(scope, ''), '', `x${scope}`, OWN.replaceAll(' ', ','), STAFF_SCOPES.join(' ')];
  const wrongOwners = [
    {},
    { [claim]: 'owner-2' },
    { [claim]: ['owner-2'] },
    { [claim]: '' },
    { [claim]: { 'owner-1': true } },
    { [claim === 'patient_id' ? 'clinician_id' : 'patient_id']: 'owner-1' },
    { system_id: 'owner-1', device_id: 'owner-1' },
    'owner-1',
    null,
    ['owner-1'],
  ];
  return {
    permitted: [
      { scope: OWN, metadata: me },
      { scope: OWN, metadata: { [claim]: ['owner-0', 'owner-1'] } },
      ...(staffToo ? [staff] : []),
    ],
    refused: [
      ...wrongOwners.map((metadata) => ({ scope: OWN, metadata })),
      ...wrongScopes.map((wrong) => ({ scope: wrong, metadata: me })),
      ...(staffToo ? [] : [staff, { scope: ALL, metadata: me }]),
    ],
  };
}

function staffOnly(...scopes: (typeof STAFF_SCOPES)[number][]): Permission {
  const others = [OWN, ALL, ...STAFF_SCOPES.filter((scope) => !scopes.includes(scope))].join(' ');
  const notStaff = [
    {},
    { patient_id: 'owner-1' },
    { patient_id: '', system_id: 's' },
    { patient_id: [], system_id: 's' },
    { patient_id: 5, clinician_id: 'c' },
    { device_id: 'd' },
    { clinician_id: '', system_id: [''] },
    ['s'],
  ];
  return {
    permitted: scopes.flatMap((scope) =>
      [{ clinician_id: 'c' }, { system_id: 's' }, { clinician_id: ['', 'c'] }].map((metadata) => ({ scope, metadata })),
    ),
    refused: [
      { scope: others, metadata: { clinician_id: 'c' } },
      ...notStaff.map((metadata) => ({ scope: EVERY_SCOPE, metadata })),
    ],
  };
}

const permissions = new Map<Policy<unknown>, Permission>([
  [policies.patient.write, ownersOnly('patient_id', 'write:gdm_telemetry', false)],
  [policies.patient.readInstallation, ownersOnly('patient_id', 'read:gdm_telemetry', true)],
  [policies.patient.readMeter, ownersOnly('patient_id', 'read:gdm_telemetry', true)],
  [policies.clinician.write, ownersOnly('clinician_id', 'write:gdm_telemetry', false)],
  [policies.clinician.readInstallation, ownersOnly('clinician_id', 'read:gdm_telemetry', true)],
  [policies.search, staffOnly('read:gdm_telemetry_fleet')],
  [policies.reports, staffOnly('read:gdm_telemetry_fleet', 'read:gdm_telemetry_reports')],
  [policies.dataProtection, staffOnly('export:gdm_telemetry_all')],
  [policies.erase, staffOnly('erase:gdm_telemetry_all')],
  [
    policies.dropData,
    {
      permitted: [{ scope: '', metadata: { system_id: 'seeder' } }],
      refused: ['', ['s'], 5, undefined].map((system_id) => ({
        scope: EVERY_SCOPE,
        metadata: { system_id, patient_id: 'p' },
      })),
    },
  ],
]);

/**
 * What the contract says of a policy.
 *
 * @throws Error when it says nothing: a new policy must be added here before a route may use it
 */
export function permissionOf(policy: Policy<unknown>): Permission {
  const permission = permissions.get(policy);
  if (permission === undefined) throw new Error('this policy is not in test/support/permissions.ts');
  return permission;
}
