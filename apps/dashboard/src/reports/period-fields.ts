import type { Field } from '../filters/field.js';

/** The days that a report covers. */
export const periodFields: readonly Field[] = [
  { name: 'from', label: 'From', kind: 'day', hint: 'a day in UTC' },
  { name: 'to', label: 'To', kind: 'day', hint: 'a day in UTC' },
];
