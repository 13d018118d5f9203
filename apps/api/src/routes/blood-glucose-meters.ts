import {
  type BloodGlucoseMeter,
  type BloodGlucoseMeterRef,
  type getBloodGlucoseMeter,
  parseMeterOwnerId,
  type registerBloodGlucoseMeter,
  type updateBloodGlucoseMeter,
} from '@polaris-telemetry/domain';
import { policies } from '../auth/policies.js';
import type { OwnerOperation } from '../http/operation.js';
import type { FurtherFaults } from '../http/validate.js';
import { meterChange, meterChanges, meterDetails, meterRegistration, writeMeter } from '../wire/blood-glucose-meter.js';
import { type RecordKind, reading, registering, updating } from './record-operations.js';

/** The use cases for blood glucose meters. */
export interface MeterUseCases {
  readonly register: ReturnType<typeof registerBloodGlucoseMeter>;
  readonly get: ReturnType<typeof getBloodGlucoseMeter>;
  readonly update: ReturnType<typeof updateBloodGlucoseMeter>;
}

/** The three operations on blood glucose meters. There is no latest meter: nobody asks for it. */
export function bloodGlucoseMeterOperations(useCases: MeterUseCases, bodyLimit: number): OwnerOperation[] {
  const base = '/dhos/v1/patient/{patient_id}/blood_glucose_meter';
  const one = `${base}/{meter_id}`;
  const meters: RecordKind<BloodGlucoseMeter['patientId'], BloodGlucoseMeter> = {
    ids: { owner: 'patient_id', record: 'meter_id' },
    parseOwner: parseMeterOwnerId,
    write: writeMeter,
    bodyLimit,
  };
  const doc = { summary: '', responses: {} };
  return [
    registering(meters, {
      path: base,
      policy: policies.patient.write,
      doc,
      status: 201,
      body: meterRegistration,
      register: ({ ownerId: patientId, body, actor, retry }) =>
        useCases.register({ patientId, details: meterDetails(body), actor, ...(retry && { retry }) }),
    }),
    updating(meters, {
      path: one,
      policy: policies.patient.write,
      doc,
      body: meterChange,
      furtherFaults: isTheMeterInThePath,
      read: useCases.get,
      update: ({ ref, body, actor, expected }) =>
        useCases.update({ ref, fields: meterChanges(body), actor, ...(expected && { expected }) }),
    }),
    reading(meters, { path: one, policy: policies.patient.readMeter, doc, read: useCases.get }),
  ];
}

/** The original took such a body for a wish to move the meter to another patient. */
function isTheMeterInThePath({ ownerId, id }: BloodGlucoseMeterRef): FurtherFaults {
  return ({ patient_id, uuid }) => [
    ...(patient_id === undefined || patient_id === ownerId ? [] : [{ path: '/patient_id', message: DIFFERS }]),
    ...(uuid === undefined || uuid === id ? [] : [{ path: '/uuid', message: DIFFERS }]),
  ];
}

const DIFFERS = 'must be the one in the path';
