import { anyOf, instantRange, versionRange } from '../../filters/common-fields.js';
import type { Field } from '../../filters/field.js';
import type { Audience } from '../../words/numbers.js';

/** What each audience can be divided by, with its name. */
export const DIMENSIONS = {
  patient: {
    app_version: 'App version',
    phone_os: 'System',
    phone_os_version: 'System version',
    manufacturer: 'Manufacturer',
    model: 'Model',
  },
  clinician: { app_version: 'App version', desktop_os: 'System', desktop_os_version: 'System version' },
} as const satisfies Record<Audience, Readonly<Record<string, string>>>;

const LABELS = { ...DIMENSIONS.clinician, ...DIMENSIONS.patient };

/** Returns the name of what a breakdown divides by. */
export function dimensionLabel(name: string): string {
  return name in LABELS ? LABELS[name as keyof typeof LABELS] : name;
}

/** The fields of a breakdown, except those that choose the product. */
export function breakdownFields(audience: Audience): readonly Field[] {
  const dimensions = Object.entries(DIMENSIONS[audience]);
  return [
    { name: 'by', label: 'Divided by', repeats: true, choices: dimensions, hint: '1 to 3 of them' },
    { name: 'top', label: 'Groups shown', kind: 'number', hint: '1 to 1,000; 20 if empty' },
    ...filterFields(audience).map((field) => ({ ...field, folded: true })),
  ];
}

function filterFields(audience: Audience): readonly Field[] {
  const system = audience === 'patient' ? 'phone_os_version' : 'desktop_os_version';
  return [
    ...Object.entries(DIMENSIONS[audience]).map(([name, label]) => ({ ...anyOf(name, label), hint: 'only these' })),
    ...versionRange('app_version', LABELS['app_version']),
    ...versionRange(system, LABELS[system]),
    ...instantRange('since', 'Running since'),
    ...instantRange('last_seen', 'Last seen'),
  ];
}
