import { jsonOf } from '../answer.js';
import type { Api } from '../api.js';
import type { ClinicianInstallationChange, NewClinicianInstallation } from '../generated/operations.js';
import type { CallOptions, CreateOptions, UpdateOptions } from '../options.js';
import { Pages } from '../pages.js';
import { type ParametersOf, queryOf } from '../parameters.js';
import { createRecord, updateRecord } from '../writes.js';
import { orNone } from './or-none.js';

/** The desktops on which clinicians use the app. */
export function clinicianInstallationMethods(api: Api) {
  const owner = (clinicianId: string) => ({ path: { clinician_id: clinicianId } });
  const one = (clinicianId: string, id: string) => ({ path: { clinician_id: clinicianId, installation_id: id } });
  return {
    /** Registers an installation: the app was used for the first time, or in a new version. */
    registerClinicianInstallation: (
      clinicianId: string,
      installation: NewClinicianInstallation,
      options?: CreateOptions,
    ) =>
      createRecord(
        (init) => api.register_clinician_installation({ ...owner(clinicianId), body: installation }, init),
        options,
      ),

    /** Changes the given fields of an installation; its revisions keep the earlier values. */
    updateClinicianInstallation: (
      clinicianId: string,
      installationId: string,
      change: ClinicianInstallationChange,
      options?: UpdateOptions,
    ) => {
      const args = one(clinicianId, installationId);
      const calls = {
        patch: (headers: object, init: object) =>
          api.update_clinician_installation({ ...args, headers, body: change }, init),
        read: (init: object) => api.get_clinician_installation(args, init),
      };
      return updateRecord(change, calls, options);
    },

    /** Returns an installation by its id. */
    clinicianInstallation: (clinicianId: string, installationId: string, options?: CallOptions) =>
      jsonOf((init) => api.get_clinician_installation(one(clinicianId, installationId), init), options),

    /** Returns the installation with the latest date of first use, or undefined if the clinician has none. */
    latestClinicianInstallation: (clinicianId: string, options?: CallOptions) =>
      jsonOf((init) => api.get_latest_clinician_installation(owner(clinicianId), init), options).then(orNone),

    /** Lists the installations of a clinician, latest first. */
    clinicianInstallations: (
      clinicianId: string,
      parameters?: ParametersOf<'list_clinician_installations'>,
      options?: CallOptions,
    ) =>
      new Pages((token) => {
        const query = queryOf<'list_clinician_installations'>(parameters, token);
        return jsonOf((init) => api.list_clinician_installations({ ...owner(clinicianId), query }, init), options);
      }),

    /** Lists the states of an installation’s record, the present one first. */
    clinicianInstallationRevisions: (
      clinicianId: string,
      installationId: string,
      parameters?: ParametersOf<'list_clinician_installation_revisions'>,
      options?: CallOptions,
    ) =>
      new Pages((token) => {
        const query = queryOf<'list_clinician_installation_revisions'>(parameters, token);
        const args = { ...one(clinicianId, installationId), query };
        return jsonOf((init) => api.list_clinician_installation_revisions(args, init), options);
      }),

    /** Summarises a clinician’s devices: what they run now and since when, and the beginnings of their lists. */
    clinicianDevices: (clinicianId: string, options?: CallOptions) =>
      jsonOf((init) => api.get_clinician_device_summary(owner(clinicianId), init), options),
  };
}
