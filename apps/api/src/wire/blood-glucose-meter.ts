import { z } from '@hono/zod-openapi';
import {
  type BloodGlucoseMeter,
  type BloodGlucoseMeterDetails,
  type BloodGlucoseMeterFields,
  formatInstant,
} from '@polaris-telemetry/domain';
import { AUDIT_MEMBERS, type ShownAudit } from './audit.js';
import { renaming, type SnakeCased } from './case.js';
import { instant, mobileId, nullableBloodGlucoseValue, nullableBoolean, text } from './fields.js';

/** Every field that a client sends about a meter, in the order of the documentation. */
export const meterFields = {
  mobile_id: mobileId({
    description: 'The phone that the meter reports through, by the phone’s own id.',
    example: '8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c01',
  }),
  serial_number: text({ description: 'As the meter reports it; not unique.', example: 'SN-00423817' }),
  date_verified: instant({
    description: 'When the verification reading was taken. UTC if the time zone is missing.',
    example: '2022-03-04T08:30:00.000Z',
  }),
  is_bg_value_correct: nullableBoolean({
    description: 'Whether the patient confirmed the value that the meter sent; null if not received.',
    example: true,
  }),
  app_product: text({ description: 'The product that the app belongs to.', example: 'GDM' }),
  app_version: text({ description: 'Version of the app.', example: '1.13.2' }),
  blood_glucose_value: nullableBloodGlucoseValue({
    description: 'The value that the meter sent, in mmol/L; null if not received. Stored exactly as sent.',
    example: 5.6,
  }),
} satisfies {
  readonly [Name in keyof SnakeCased<BloodGlucoseMeterDetails>]: z.ZodType<SnakeCased<BloodGlucoseMeterDetails>[Name]>;
};

/** Members with other names are ignored. */
export const meterRegistration = z
  .object(meterFields)
  .partial({ is_bg_value_correct: true, blood_glucose_value: true })
  .openapi('NewBloodGlucoseMeter');
export const meterChange = z.object(meterFields).partial().openapi('BloodGlucoseMeterChange');

const toDetails = renaming<BloodGlucoseMeterDetails>(Object.keys(meterFields));

export function meterDetails(body: z.output<typeof meterRegistration>): BloodGlucoseMeterDetails {
  const received = toDetails(body) as Omit<BloodGlucoseMeterDetails, 'isBgValueCorrect' | 'bloodGlucoseValue'>;
  return { isBgValueCorrect: null, bloodGlucoseValue: null, ...received };
}

export function meterChanges(body: z.output<typeof meterChange>): BloodGlucoseMeterFields {
  return toDetails(body);
}

/** The names of the members, in the order of its JSON. */
export const METER_MEMBERS = ['uuid', 'patient_id', ...Object.keys(meterFields), ...AUDIT_MEMBERS] as const;

type ShownMeter = { readonly uuid: string; readonly patient_id: string; readonly date_verified: string } & Omit<
  SnakeCased<BloodGlucoseMeterDetails>,
  'date_verified'
> &
  ShownAudit;

/** The members of the record, in the order of its JSON. */
export function showMeter(meter: BloodGlucoseMeter): ShownMeter {
  const { audit } = meter;
  return {
    uuid: meter.id,
    patient_id: meter.patientId,
    mobile_id: meter.mobileId,
    serial_number: meter.serialNumber,
    date_verified: formatInstant(meter.dateVerified),
    is_bg_value_correct: meter.isBgValueCorrect,
    app_product: meter.appProduct,
    app_version: meter.appVersion,
    blood_glucose_value: meter.bloodGlucoseValue,
    created: formatInstant(audit.created),
    created_by: audit.createdBy,
    modified: formatInstant(audit.modified),
    modified_by: audit.modifiedBy,
  };
}
