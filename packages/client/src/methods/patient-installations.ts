import { jsonOf } from '../answer.js';
import type { Api } from '../api.js';
import type { NewPatientInstallation, PatientInstallationChange } from '../generated/operations.js';
import type { CallOptions, CreateOptions, UpdateOptions } from '../options.js';
import { Pages } from '../pages.js';
import { type ParametersOf, queryOf } from '../parameters.js';
import { createRecord, updateRecord } from '../writes.js';
import { orNone } from './or-none.js';

/** The phones on which patients have installed the app. */
export function patientInstallationMethods(api: Api) {
  const owner = (patientId: string) => ({ path: { patient_id: patientId } });
  const one = (patientId: string, id: string) => ({ path: { patient_id: patientId, installation_id: id } });
  return {
    /** Registers an installation: the app was launched for the first time, or in a new version. */
    registerPatientInstallation: (patientId: string, installation: NewPatientInstallation, options?: CreateOptions) =>
      createRecord(
        (init) => api.register_patient_installation({ ...owner(patientId), body: installation }, init),
        options,
      ),

    /** Changes the given fields of an installation; its revisions keep the earlier values. */
    updatePatientInstallation: (
      patientId: string,
      installationId: string,
      change: PatientInstallationChange,
      options?: UpdateOptions,
    ) => {
      const args = one(patientId, installationId);
      const calls = {
        patch: (headers: object, init: object) =>
          api.update_patient_installation({ ...args, headers, body: change }, init),
        read: (init: object) => api.get_patient_installation(args, init),
      };
      return updateRecord(change, calls, options);
    },

    /** Returns an installation by its id. */
    patientInstallation: (patientId: string, installationId: string, options?: CallOptions) =>
      jsonOf((init) => api.get_patient_installation(one(patientId, installationId), init), options),

    /** Returns the installation with the latest date of first use, or undefined if the patient has none. */
    latestPatientInstallation: (patientId: string, options?: CallOptions) =>
      jsonOf((init) => api.get_latest_patient_installation(owner(patientId), init), options).then(orNone),

    /** Lists the installations of a patient, latest first. */
    patientInstallations: (
      patientId: string,
      parameters?: ParametersOf<'list_patient_installations'>,
      options?: CallOptions,
    ) =>
      new Pages((token) => {
        const query = queryOf<'list_patient_installations'>(parameters, token);
        return jsonOf((init) => api.list_patient_installations({ ...owner(patientId), query }, init), options);
      }),

    /** Lists the states of an installation’s record, the present one first. */
    patientInstallationRevisions: (
      patientId: string,
      installationId: string,
      parameters?: ParametersOf<'list_patient_installation_revisions'>,
      options?: CallOptions,
    ) =>
      new Pages((token) => {
        const query = queryOf<'list_patient_installation_revisions'>(parameters, token);
        const args = { ...one(patientId, installationId), query };
        return jsonOf((init) => api.list_patient_installation_revisions(args, init), options);
      }),

    /** Summarises a patient’s devices: what they run now and since when, and the beginnings of their lists. */
    patientDevices: (patientId: string, options?: CallOptions) =>
      jsonOf((init) => api.get_patient_device_summary(owner(patientId), init), options),
  };
}
