import { z } from '@hono/zod-openapi';
import type { MeterFilter, MeterSearch } from '@polaris-telemetry/domain';
import { countWanted, searchParameters } from './page.js';
import { choice, instant, once, repeated, text, version } from './parameters.js';

const ANSWERS = { true: true, false: false, none: null } as const;

/** The parameters of a search for meters. */
export const meterSearchParameters = z.strictObject({
  ...searchParameters,
  patient_id: repeated(text, { description: 'Meters of these patients.', example: 'patient-1' }).optional(),
  serial_number: repeated(text, {
    description: 'Meters with these serial numbers.',
    example: 'SN-00423817',
  }).optional(),
  mobile_id: repeated(text, {
    description: 'Meters that report through these phones.',
    example: '8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c01',
  }).optional(),
  app_product: repeated(text, { description: 'Any of these products.', example: 'GDM' }).optional(),
  app_version: repeated(text, { description: 'Any of these versions of the app.', example: '4.2.0' }).optional(),
  app_version_from: once(version, {
    description:
      'This version of the app or a later one. Of all products, the first 10,000 different texts by bytes have a place in the order.',
    example: '4.1',
  }).optional(),
  app_version_below: once(version, { description: 'A version of the app below this one.', example: '4.2' }).optional(),
  is_bg_value_correct: repeated(choice('true', 'false', 'none'), {
    description: 'What the patient said about the value that the meter sent; `none`: nothing.',
    example: 'false',
  }).optional(),
  phone_os: repeated(text, {
    description: 'Systems of the phone: the patient’s installation whose `uuid` is the meter’s `mobile_id`.',
    example: 'iOS',
  }).optional(),
  manufacturer: repeated(text, { description: 'Manufacturers of the phone.', example: 'Apple' }).optional(),
  model: repeated(text, { description: 'Models of the phone.', example: 'iPhone14,5' }).optional(),
  verified_from: once(instant, {
    description: 'Verified at this instant or later.',
    example: '2026-01-01T00:00:00Z',
  }).optional(),
  verified_before: once(instant, {
    description: 'Verified before this instant.',
    example: '2026-02-01T00:00:00Z',
  }).optional(),
  latest: once(choice('told'), {
    description:
      'Of the records within `verified_…`, only the newest of each patient and non-empty serial number for which `is_bg_value_correct` was received. The other filters select among these.',
    example: 'told',
  }).optional(),
  sort: once(choice('-date_verified', 'date_verified'), {
    description: 'Newest first (`-date_verified`) or oldest first; then by `created` and `uuid` in the same direction.',
    example: '-date_verified',
  }).default('-date_verified'),
});

type Parameters = z.output<typeof meterSearchParameters>;

/** Returns the search that the parameters describe, without the place where its page begins. */
export function meterSearchOf(parameters: Parameters): Omit<MeterSearch, 'after'> {
  return {
    filter: filterOf(parameters),
    order: parameters.sort === 'date_verified' ? 'oldest' : 'newest',
    limit: parameters.page_size,
    ...countWanted(parameters),
  };
}

function filterOf(parameters: Parameters): MeterFilter {
  const { app_version_from: from, app_version_below: below } = parameters;
  return {
    patientId: parameters.patient_id,
    serialNumber: parameters.serial_number,
    mobileId: parameters.mobile_id,
    appProduct: parameters.app_product,
    appVersion: parameters.app_version,
    appVersionRange: from || below ? { from, below } : undefined,
    isBgValueCorrect: parameters.is_bg_value_correct?.map((answer) => ANSWERS[answer]),
    phone: { phoneOs: parameters.phone_os, manufacturer: parameters.manufacturer, model: parameters.model },
    verifiedFrom: parameters.verified_from,
    verifiedBefore: parameters.verified_before,
    latestTold: parameters.latest === 'told',
  };
}
