import { jsonOf } from '../answer.js';
import type { Api } from '../api.js';
import type { BloodGlucoseMeterChange, NewBloodGlucoseMeter } from '../generated/operations.js';
import type { CallOptions, CreateOptions, UpdateOptions } from '../options.js';
import { Pages } from '../pages.js';
import { type ParametersOf, queryOf } from '../parameters.js';
import { createRecord, updateRecord } from '../writes.js';

/** Patients’ blood glucose meters, and the outcomes of their verification readings. */
export function meterMethods(api: Api) {
  const owner = (patientId: string) => ({ path: { patient_id: patientId } });
  const one = (patientId: string, id: string) => ({ path: { patient_id: patientId, meter_id: id } });
  return {
    /** Registers a meter with the outcome of its verification reading. */
    registerMeter: (patientId: string, meter: NewBloodGlucoseMeter, options?: CreateOptions) =>
      createRecord((init) => api.register_blood_glucose_meter({ ...owner(patientId), body: meter }, init), options),

    /** Changes the given fields of a meter; its revisions keep the earlier values. */
    updateMeter: (patientId: string, meterId: string, change: BloodGlucoseMeterChange, options?: UpdateOptions) => {
      const args = one(patientId, meterId);
      const calls = {
        patch: (headers: object, init: object) =>
          api.update_blood_glucose_meter({ ...args, headers, body: change }, init),
        read: (init: object) => api.get_blood_glucose_meter(args, init),
      };
      return updateRecord(change, calls, options);
    },

    /** Returns a meter by its id. */
    meter: (patientId: string, meterId: string, options?: CallOptions) =>
      jsonOf((init) => api.get_blood_glucose_meter(one(patientId, meterId), init), options),

    /** Lists the meters of a patient, latest verified first. */
    meters: (patientId: string, parameters?: ParametersOf<'list_blood_glucose_meters'>, options?: CallOptions) =>
      new Pages((token) => {
        const query = queryOf<'list_blood_glucose_meters'>(parameters, token);
        return jsonOf((init) => api.list_blood_glucose_meters({ ...owner(patientId), query }, init), options);
      }),

    /** Lists the states of a meter’s record, the present one first. */
    meterRevisions: (
      patientId: string,
      meterId: string,
      parameters?: ParametersOf<'list_blood_glucose_meter_revisions'>,
      options?: CallOptions,
    ) =>
      new Pages((token) => {
        const query = queryOf<'list_blood_glucose_meter_revisions'>(parameters, token);
        return jsonOf(
          (init) => api.list_blood_glucose_meter_revisions({ ...one(patientId, meterId), query }, init),
          options,
        );
      }),
  };
}
