import { z } from '@hono/zod-openapi';
import {
  type BloodGlucoseMeter,
  type BloodGlucoseMeterRef,
  type BloodGlucoseMeterUseCases,
  type MeterOwnerId,
  parseMeterOwnerId,
} from '@polaris-telemetry/domain';
import { policies } from '../auth/policies.js';
import type { FurtherFaults } from '../http/validate.js';
import type { RecordDoc } from '../openapi/record-docs.js';
import type { Operation } from '../pipeline/operation.js';
import { auditExample, auditFields, EXAMPLE_IDS } from '../wire/audit.js';
import {
  METER_MEMBERS,
  meterChange,
  meterChanges,
  meterDetails,
  meterFields,
  meterRegistration,
  showMeter,
} from '../wire/blood-glucose-meter.js';
import { examplesOf } from '../wire/fields.js';
import { type RecordKind, reading, registering, updating } from './record-operations.js';

export type MeterRecords = RecordKind<MeterOwnerId, BloodGlucoseMeter>;

/** @param bodyLimit in bytes */
export function meterRecords(bodyLimit: number): MeterRecords {
  return { doc: METER_DOC, parseOwner: parseMeterOwnerId, members: METER_MEMBERS, show: showMeter, bodyLimit };
}

/** The operations on single blood glucose meters. There is no latest meter: no one needs it. */
export function bloodGlucoseMeterOperations(meters: MeterRecords, useCases: BloodGlucoseMeterUseCases): Operation[] {
  const base = '/dhos/v1/patient/{patient_id}/blood_glucose_meter';
  const one = `${base}/{meter_id}`;
  return [
    registering(meters, {
      path: base,
      policy: policies.patient.write,
      status: 201,
      body: { schema: meterRegistration, example: examplesOf(meterFields) },
      register: ({ ownerId: patientId, body, actor, retry }) =>
        useCases.register({ patientId, details: meterDetails(body), actor, ...(retry && { retry }) }),
      doc: REGISTER,
    }),
    updating(meters, {
      path: one,
      policy: policies.patient.write,
      body: { schema: meterChange, example: { is_bg_value_correct: true, blood_glucose_value: 5.6 } },
      furtherFaults: isTheMeterInThePath,
      read: useCases.get,
      update: ({ ref, body, actor, expected }) =>
        useCases.update({ ref, fields: meterChanges(body), actor, ...(expected && { expected }) }),
      doc: UPDATE,
    }),
    reading(meters, { path: one, policy: policies.patient.readMeter, read: useCases.get, doc: GET }),
  ];
}

const REGISTER = {
  operationId: 'register_blood_glucose_meter',
  summary: 'Register a blood glucose meter of a patient',
  description: `Always creates a new meter, even for a serial number that already has one. Repeat it safely with an Idempotency-Key. Unknown members are ignored.`,
};

const UPDATE = {
  operationId: 'update_blood_glucose_meter',
  summary: 'Change a blood glucose meter of a patient',
  description: `Changes the given fields, usually the outcome of the verification reading. Unknown members are ignored, but \`patient_id\` and \`uuid\` must match the path.`,
};

const GET = {
  operationId: 'get_blood_glucose_meter',
  summary: 'Get a blood glucose meter of a patient',
  description: 'The whole record, as it is now.',
};

const METER_DOC: RecordDoc = {
  tag: 'Blood glucose meters',
  schema: z
    .object({
      uuid: z.string().openapi({ description: 'Id of the meter.' }),
      patient_id: z.string().openapi({ description: 'The patient it belongs to.' }),
      ...meterFields,
      ...auditFields,
    })
    .openapi('BloodGlucoseMeter'),
  example: {
    uuid: EXAMPLE_IDS.record,
    patient_id: EXAMPLE_IDS.patient,
    ...examplesOf(meterFields),
    ...auditExample(EXAMPLE_IDS.patient),
  },
  ownerId: { name: 'patient_id', description: 'Id of the patient; of any length.', example: EXAMPLE_IDS.patient },
  recordId: { name: 'meter_id', description: 'Id of the meter.', example: EXAMPLE_IDS.record, maxLength: 36 },
};

/** The original took such a body as a request to move the meter to another patient. */
function isTheMeterInThePath({ ownerId, id }: BloodGlucoseMeterRef): FurtherFaults {
  return ({ patient_id, uuid }) => [
    ...(patient_id === undefined || patient_id === ownerId ? [] : [{ path: '/patient_id', message: DIFFERS }]),
    ...(uuid === undefined || uuid === id ? [] : [{ path: '/uuid', message: DIFFERS }]),
  ];
}

const DIFFERS = 'must be the one in the path';
