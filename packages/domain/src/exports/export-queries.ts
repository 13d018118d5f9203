import type { BloodGlucoseMeter } from '../blood-glucose-meter/blood-glucose-meter.js';
import type { DesktopDevice, Installation, MobileDevice } from '../installation/installation.js';
import type { Revision } from '../revisions/revision.js';
import type { Instant } from '../values/instant.js';

/** Which states an export has. */
export interface ExportFilter {
  /** Last modified at this instant or later. */
  readonly modifiedFrom?: Instant | undefined;
  /** Last modified before this instant. */
  readonly modifiedBefore?: Instant | undefined;
}

/** What a caller wants to export. */
export interface ExportRequest<Place> extends ExportFilter {
  /** The place of the last line that the caller received. Absent: start at the beginning. */
  readonly after?: Place | undefined;
}

/** A part of an export, of a bounded size. */
export interface ExportChunk<Place> {
  /** Lines of JSON, each with its line feed; empty if nothing in this part passes the filter. */
  readonly text: string;
  /** How many lines there are. */
  readonly rows: number;
  /** The place where this part ends; undefined if the export is empty. */
  readonly place: Place | undefined;
  /** Whether this is the last part. */
  readonly isLast: boolean;
}

/** A running export. */
export interface ExportReader<Place> {
  /** Reads the next part. May be called again after a failure, but not after the last part. */
  next(): Promise<ExportChunk<Place>>;
  /** Stops reading, in the store too. */
  end(): void;
}

/** How a record is written as a line of JSON. */
export interface RecordForm<Entity> {
  /** The names of the members in their order: a store that writes JSON itself writes exactly these. */
  readonly members: readonly string[];
  /** Returns the members with their values, as the line shows them. */
  readonly show: (record: Entity) => Readonly<Record<string, unknown>>;
}

/** Reads the present records of one kind, of all owners, in a fixed order of their ids. A place is the id of a record. */
export type RecordExport<Entity> = (request: ExportRequest<string>, form: RecordForm<Entity>) => ExportReader<string>;

/** The kinds of records, in the order in which records of the same id follow each other. */
export const EXPORTED_KINDS = ['meters', 'clinicianInstallations', 'patientInstallations'] as const;

/** One of these kinds. */
export type ExportedKind = (typeof EXPORTED_KINDS)[number];

/** The place of a revision: the record's id, its kind, and the number of the revision. */
export interface RevisionPlace {
  readonly id: string;
  readonly kind: ExportedKind;
  readonly number: number;
}

/** Writes each kind's revisions as lines of JSON, without the line feed. */
export interface RevisionWriters {
  readonly meters: (revision: Revision<BloodGlucoseMeter>) => string;
  readonly clinicianInstallations: (revision: Revision<Installation<DesktopDevice>>) => string;
  readonly patientInstallations: (revision: Revision<Installation<MobileDevice>>) => string;
}

/**
 * Reads whole tables, chunk by chunk, on its own connections. Each chunk is read in a short transaction, so an export is no
 * snapshot: each record is as it was when its chunk was read. An export that continues after the place of any line returns
 * exactly the rest. A part that cannot be read now rejects with UnavailableError.
 */
export interface ExportQueries {
  readonly patientInstallations: RecordExport<Installation<MobileDevice>>;
  readonly clinicianInstallations: RecordExport<Installation<DesktopDevice>>;
  readonly meters: RecordExport<BloodGlucoseMeter>;
  /** Every known state of every record, the present ones too: by id, kind, and number, oldest first. */
  readonly revisions: (request: ExportRequest<RevisionPlace>, writers: RevisionWriters) => ExportReader<RevisionPlace>;
}
