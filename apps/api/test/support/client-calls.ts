import type { Ops } from '../../../../packages/client/dist/generated/operations.js';
import { type ClientWorld, desktop, meter, phone } from './client-world.js';

type Calls = Readonly<Record<keyof Ops, (world: ClientWorld) => Promise<unknown>>>;

/** A call of every operation of the API, by the client's name of it. An operation that is missing here does not compile. */
export const clientCalls: Calls = {
  running: ({ staff }) => staff.running(),
  version: ({ staff }) => staff.version(),
  healthcheck: ({ staff }) => staff.health(),
  metrics: ({ staff }) => staff.metrics(),
  openapi_json: ({ staff }) => staff.openapi(),
  openapi_yaml: ({ staff }) => staff.openapiYaml(),

  register_patient_installation: ({ patient, patientId }) => patient.registerPatientInstallation(patientId, phone),
  get_latest_patient_installation: ({ patient, patientId }) => patient.latestPatientInstallation(patientId),
  get_patient_installation: async (world) =>
    world.patient.patientInstallation(world.patientId, (await aPhone(world)).uuid),
  update_patient_installation: async (world) =>
    world.patient.updatePatientInstallation(world.patientId, (await aPhone(world)).uuid, { app_version: '2' }),
  list_patient_installations: ({ patient, patientId }) => patient.patientInstallations(patientId).page(),
  list_patient_installation_revisions: async (world) =>
    world.patient.patientInstallationRevisions(world.patientId, (await aPhone(world)).uuid).page(),
  get_patient_device_summary: ({ patient, patientId }) => patient.patientDevices(patientId),

  register_clinician_installation: ({ clinician, clinicianId }) =>
    clinician.registerClinicianInstallation(clinicianId, desktop),
  get_latest_clinician_installation: ({ clinician, clinicianId }) => clinician.latestClinicianInstallation(clinicianId),
  get_clinician_installation: async (world) =>
    world.clinician.clinicianInstallation(world.clinicianId, (await aDesktop(world)).uuid),
  update_clinician_installation: async (world) =>
    world.clinician.updateClinicianInstallation(world.clinicianId, (await aDesktop(world)).uuid, { app_version: '2' }),
  list_clinician_installations: ({ clinician, clinicianId }) => clinician.clinicianInstallations(clinicianId).page(),
  list_clinician_installation_revisions: async (world) =>
    world.clinician.clinicianInstallationRevisions(world.clinicianId, (await aDesktop(world)).uuid).page(),
  get_clinician_device_summary: ({ clinician, clinicianId }) => clinician.clinicianDevices(clinicianId),

  register_blood_glucose_meter: ({ patient, patientId }) => patient.registerMeter(patientId, meter),
  get_blood_glucose_meter: async (world) => world.patient.meter(world.patientId, (await aMeter(world)).uuid),
  update_blood_glucose_meter: async (world) =>
    world.patient.updateMeter(world.patientId, (await aMeter(world)).uuid, { app_version: '2' }),
  list_blood_glucose_meters: ({ patient, patientId }) => patient.meters(patientId).page(),
  list_blood_glucose_meter_revisions: async (world) =>
    world.patient.meterRevisions(world.patientId, (await aMeter(world)).uuid).page(),

  search_patients: ({ staff }) => staff.searchPatients({ appVersionBelow: '4.2.0', phoneOs: 'iOS' }).page(),
  search_clinicians: ({ staff }) => staff.searchClinicians({ sort: '-last_seen', total: true }).page(),
  search_blood_glucose_meters: ({ staff }) =>
    staff.searchMeters({ appVersionFrom: '1', isBgValueCorrect: ['false', 'none'], total: true, pageSize: 2 }).page(),
  export_table: ({ staff }) => staff.exportTable('revisions', { format: 'csv', modifiedFrom: '2022-01-01T00:00:00Z' }),
  get_personal_data: ({ staff }) => staff.personalData('p'),
  erase_person: ({ staff }) => staff.countErasure('nobody'),
  get_erasure: async ({ staff }) => staff.erasure((await staff.erasePerson('nobody')).id),
  list_erasures: ({ staff }) => staff.erasures().page(),
  list_accesses: ({ staff }) => staff.accesses({ personId: 'p' }).page(),
  report_products: ({ staff }) => staff.productsReport(),
  report_adoption: ({ staff }) =>
    staff.adoptionReport({ audience: 'patient', appProduct: 'GDM', interval: 'week', from: '2026-01-01' }),
  report_releases: ({ staff }) => staff.releasesReport({ audience: 'clinician', appProduct: 'GDM' }),
  report_breakdown: ({ staff }) =>
    staff.breakdownReport({ audience: 'patient', appProduct: 'GDM', by: 'model', phoneOs: ['iOS', 'Android'], top: 5 }),
  report_outdated: ({ staff }) => staff.outdatedReport({ audience: 'patient', appProduct: 'GDM', below: '4.2' }),
  report_meter_verification: ({ staff }) => staff.meterVerificationReport({ by: 'model', unit: 'reading' }),
};

const aPhone = ({ patient, patientId }: ClientWorld) => patient.registerPatientInstallation(patientId, phone);
const aDesktop = ({ clinician, clinicianId }: ClientWorld) =>
  clinician.registerClinicianInstallation(clinicianId, desktop);
const aMeter = ({ patient, patientId }: ClientWorld) => patient.registerMeter(patientId, meter);
