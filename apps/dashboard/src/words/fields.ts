/** The names of the records' fields, in words for the page. */
const NAMES: Readonly<Record<string, string>> = {
  app_product: 'product',
  app_version: 'version',
  blood_glucose_value: 'reading',
  date_first_launched: 'first launched',
  date_first_used: 'first used',
  date_verified: 'verified',
  desktop_os: 'system',
  desktop_os_version: 'system version',
  display_name: 'name of the phone',
  ip_address: 'IP address',
  is_bg_value_correct: 'confirmed by the patient',
  manufacturer: 'manufacturer',
  mobile_id: 'id of the phone',
  model: 'model',
  phone_os: 'system',
  phone_os_version: 'system version',
  serial_number: 'serial number',
  unique_device_code: 'device code',
};

/** Returns the name of a record's field. */
export function fieldName(field: string): string {
  return NAMES[field] ?? field;
}
