/** Parameters whose value is a person's id, misspellings included, in lower case and without other characters. */
const NAMES_OF_IDS: ReadonlySet<string> = new Set([
  ...['patientid', 'clinicianid', 'personid', 'ownerid', 'actor'],
  ...['patient', 'clinician', 'person', 'owner', 'userid', 'user'],
]);

/** Every other parameter of an operation. */
const OTHER_NAMES: ReadonlySet<string> = new Set([
  ...[
    'page_size',
    'page_token',
    'total',
    'sort',
    'latest',
    'audience',
    'interval',
    'top',
    'by',
    'unit',
    'format',
    'after',
  ],
  ...['from', 'to', 'before', 'below', 'since_from', 'since_before', 'last_seen_from', 'last_seen_before'],
  ...['verified_from', 'verified_before', 'modified_from', 'modified_before'],
  ...['unique_device_code', 'serial_number', 'mobile_id', 'is_bg_value_correct', 'manufacturer', 'model'],
  ...['app_product', 'app_version', 'app_version_from', 'app_version_below'],
  ...['phone_os', 'phone_os_version', 'phone_os_version_from', 'phone_os_version_below'],
  ...['desktop_os', 'desktop_os_version', 'desktop_os_version_from', 'desktop_os_version_below'],
]);

/**
 * Which parts of a query's parameter may be a person's id. Anything may be sent, and is refused, but recorded: an id in place
 * of a name, or after a name that means nothing.
 */
export function mayHoldIds(name: string): { readonly name: boolean; readonly value: boolean } {
  if (name === '' || OTHER_NAMES.has(name)) return { name: false, value: false };
  const isOfId = NAMES_OF_IDS.has(name.toLowerCase().replaceAll(/[^a-z]/g, ''));
  // `patient-7` may be an id, `Patient_Id` is a name.
  return { name: !isOfId || /[^a-z_]/i.test(name), value: true };
}
