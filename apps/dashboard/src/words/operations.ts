/** The names of operations on a person's records, by the end of the path. */
const NAMES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\/erasures(\/\{[^/]*\})?$/, 'receipts of erasures'],
  [/\/personal_data$/, 'export of all personal data'],
  [/\/export\/\{[^/]*\}$/, 'export of a table'],
  [/\/accesses$/, 'who looked'],
  [/\/device_summary$/, 'devices'],
  [/\/revision$/, 'changes of a record'],
  [/\/latest_installation$/, 'latest installation'],
  [/\/installation$/, 'installations'],
  [/\/installation\/\{[^/]*\}$/, 'an installation'],
  [/\/blood_glucose_meter$/, 'meters'],
  [/\/blood_glucose_meter\/\{[^/]*\}$/, 'a meter'],
  [/\/telemetry\/patients$/, 'search of patients'],
  [/\/telemetry\/clinicians$/, 'search of clinicians'],
  [/\/telemetry\/blood_glucose_meters$/, 'search of meters'],
];

/**
 * Returns the name of an operation that the access log holds, in words for the page; an unknown one stays as it is.
 *
 * @param status of the answer: an erasure is 201, the count of what it would erase 200
 */
export function operationName(operation: string, status: number): string {
  if (/^POST .*\/erasures$/.test(operation)) return status === 200 ? 'what an erasure would erase' : 'erasure';
  return NAMES.find(([pattern]) => pattern.test(operation))?.[1] ?? operation;
}
