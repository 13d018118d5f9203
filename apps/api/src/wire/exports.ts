import { z } from '@hono/zod-openapi';
import {
  EXPORTED_KINDS,
  type ExportedKind,
  type ExportFilter,
  Fault,
  isFault,
  parseText,
  type Revision,
  type RevisionPlace,
} from '@polaris-telemetry/domain';
import { choice, instant, once, valueBy } from './parameters.js';
import { showRevision } from './revision.js';

/** What can be exported, by its name in the path. */
export const exportedTables = [
  'patient_installations',
  'clinician_installations',
  'blood_glucose_meters',
  'revisions',
] as const;

export type ExportedTable = (typeof exportedTables)[number];

/** Kinds of records as a line names them. */
const KINDS: Readonly<Record<ExportedKind, string>> = {
  meters: 'blood_glucose_meter',
  clinicianInstallations: 'clinician_installation',
  patientInstallations: 'patient_installation',
};

/** The columns of revisions, in the order of their JSON. */
export const REVISION_COLUMNS = ['kind', 'uuid', 'revision', 'at', 'by', 'changes', 'record'] as const;

const parameters = {
  format: once(choice('ndjson', 'csv'), { description: 'The format of the lines.', example: 'csv' }).default('ndjson'),
  modified_from: once(instant, {
    description: 'Only what was last modified at this instant or later; for revisions their `at` counts.',
    example: '2022-03-01T00:00:00Z',
  }).optional(),
  modified_before: once(instant, {
    description: 'Only what was last modified before this instant.',
    example: '2022-04-01T00:00:00Z',
  }).optional(),
};

const AFTER = {
  description:
    'The `uuid` of the last record received: the export continues after it. For revisions `uuid:kind:revision`.',
  example: '8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c01',
};

const NO_ID = new Fault('place_format', 'must be the uuid of a line');

/** The parameters of an export of records. */
export const exportParameters = z.strictObject({ ...parameters, after: placeBy(parseRecordPlace) });

const NO_PLACE = new Fault('place_format', 'must be the uuid, kind and revision of a line, joined by colons');

/** The parameters of an export of revisions. */
export const revisionExportParameters = z.strictObject({ ...parameters, after: placeBy(parseRevisionPlace) });

function placeBy<Place>(parse: (raw: unknown) => Place | Fault) {
  return once(valueBy(parse, { type: 'string' }), AFTER).optional();
}

/** An id longer than any is a place too: nothing follows what sorts last. */
function parseRecordPlace(raw: unknown): string | Fault {
  const id = parseText(raw);
  return id === '' ? NO_ID : id;
}

/** Which states an export has, by its parameters. */
export function exportFilterOf({
  modified_from,
  modified_before,
}: Pick<z.output<typeof exportParameters>, 'modified_from' | 'modified_before'>): ExportFilter {
  return { modifiedFrom: modified_from, modifiedBefore: modified_before };
}

function parseRevisionPlace(raw: unknown): RevisionPlace | Fault {
  const id = parseText(raw);
  if (isFault(id)) return id;
  const [, uuid, name, number] = /^(.+):([a-z_]+):([1-9]\d{0,8})$/s.exec(id) ?? [];
  const kind = EXPORTED_KINDS.find((each) => KINDS[each] === name);
  return uuid === undefined || kind === undefined ? NO_PLACE : { id: uuid, kind, number: Number(number) };
}

/** Writes the place of a revision as `after` has it. */
export function writeRevisionPlace({ id, kind, number }: RevisionPlace): string {
  return `${id}:${KINDS[kind]}:${number}`;
}

/** Writes a revision as a line of an export. */
export function revisionLine<Entity extends { readonly id: string }>(
  kind: ExportedKind,
  show: (record: Entity) => Readonly<Record<string, unknown>>,
): (revision: Revision<Entity>) => string {
  return (revision) => JSON.stringify({ kind: KINDS[kind], uuid: revision.record.id, ...showRevision(show, revision) });
}
