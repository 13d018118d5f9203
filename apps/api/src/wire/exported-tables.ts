import type {
  BloodGlucoseMeter,
  DesktopDevice,
  ExportQueries,
  ExportReader,
  Installation,
  MobileDevice,
  RecordExport,
  RecordForm,
  RevisionPlace,
} from '@polaris-telemetry/domain';
import type { z } from 'zod';
import type { Format } from './export-writer.js';
import {
  type ExportedTable,
  exportFilterOf,
  exportParameters,
  REVISION_COLUMNS,
  revisionExportParameters,
  revisionLine,
  writeRevisionPlace,
} from './exports.js';

/** Reads the parameters of an export by their schema, or refuses them. */
export type ReadParameters<Refusal> = <Parameters>(schema: z.ZodType<Parameters>) => Parameters | Refusal;

/** An export that can begin. */
export interface OpenedExport {
  readonly reader: ExportReader<unknown>;
  /** The members of each line, in the order of its JSON. */
  readonly columns: readonly string[];
  readonly format: Format;
  /** Writes the place where a chunk ended, in the format of the parameter `after`. */
  readonly writePlace: (place: unknown) => string;
}

/** Opens the export of one table. */
export type OpenExport = <Refusal extends object>(read: ReadParameters<Refusal>) => OpenedExport | Refusal;

/** How each kind of record is written. */
export interface RecordForms {
  readonly patients: RecordForm<Installation<MobileDevice>>;
  readonly clinicians: RecordForm<Installation<DesktopDevice>>;
  readonly meters: RecordForm<BloodGlucoseMeter>;
}

/** What opens the export of each table. */
export function exportedTablesOf(
  { patients, clinicians, meters }: RecordForms,
  queries: ExportQueries,
): Readonly<Record<ExportedTable, OpenExport>> {
  const writers = {
    patientInstallations: revisionLine('patientInstallations', patients.show),
    clinicianInstallations: revisionLine('clinicianInstallations', clinicians.show),
    meters: revisionLine('meters', meters.show),
  };
  return {
    patient_installations: ofRecords(patients, queries.patientInstallations),
    clinician_installations: ofRecords(clinicians, queries.clinicianInstallations),
    blood_glucose_meters: ofRecords(meters, queries.meters),
    revisions: (read) => {
      const parameters = read(revisionExportParameters);
      if (!isRead(parameters)) return parameters;
      const reader = queries.revisions({ ...exportFilterOf(parameters), after: parameters.after }, writers);
      return {
        reader,
        columns: REVISION_COLUMNS,
        format: parameters.format,
        writePlace: (place) => writeRevisionPlace(place as RevisionPlace),
      };
    },
  };
}

function ofRecords<Entity>({ members, show }: RecordForm<Entity>, open: RecordExport<Entity>): OpenExport {
  return (read) => {
    const parameters = read(exportParameters);
    if (!isRead(parameters)) return parameters;
    const reader = open({ ...exportFilterOf(parameters), after: parameters.after }, { members, show });
    return { reader, columns: members, format: parameters.format, writePlace: String };
  };
}

function isRead<Parameters extends { readonly format: Format }, Refusal extends object>(
  parameters: Parameters | Refusal,
): parameters is Parameters {
  return 'format' in parameters;
}
