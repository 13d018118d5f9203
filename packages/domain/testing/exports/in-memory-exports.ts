import {
  type Audit,
  type BloodGlucoseMeter,
  compareInstants,
  type DesktopDevice,
  EXPORTED_KINDS,
  type ExportChunk,
  type ExportQueries,
  type ExportReader,
  type ExportRequest,
  type Installation,
  type MobileDevice,
  type RecordExport,
  type Revision,
  type RevisionPlace,
} from '../../src/index.js';

/** Lines of a chunk: few, so that tests walk. */
const LINES = 2;

interface Stored {
  readonly id: string;
  readonly audit: Audit;
}

/** Every known state of every record, oldest first. */
export interface KnownStates {
  readonly meters: () => readonly (readonly BloodGlucoseMeter[])[];
  readonly clinicianInstallations: () => readonly (readonly Installation<DesktopDevice>[])[];
  readonly patientInstallations: () => readonly (readonly Installation<MobileDevice>[])[];
}

/** Exports what is kept in memory: the reference implementation. */
export function inMemoryExports(states: KnownStates): ExportQueries {
  return {
    meters: recordExport(states.meters),
    clinicianInstallations: recordExport(states.clinicianInstallations),
    patientInstallations: recordExport(states.patientInstallations),
    revisions(request, writers) {
      const lines = () =>
        EXPORTED_KINDS.flatMap((kind) =>
          (states[kind]() as readonly (readonly Stored[])[]).flatMap((known) =>
            known.map((record, index) => {
              const place: RevisionPlace = { id: record.id, kind, number: index + 1 };
              const revision = { number: index + 1, place: '', record, previous: known[index - 1] };
              const write = writers[kind] as (revision: Revision<Stored>) => string;
              return { place, audit: record.audit, write: () => write(revision) };
            }),
          ),
        );
      return reader(lines, request, comparePlaces);
    },
  };
}

function recordExport<Entity extends Stored>(states: () => readonly (readonly Entity[])[]): RecordExport<Entity> {
  return (request, { show }) => {
    const lines = () =>
      states()
        .flatMap((known) => known.slice(-1))
        .map((record) => ({
          place: String(record.id),
          audit: record.audit,
          write: () => JSON.stringify(show(record)),
        }));
    return reader(lines, request, compareIds);
  };
}

interface Line<Place> {
  readonly place: Place;
  readonly audit: Audit;
  readonly write: () => string;
}

function reader<Place>(
  lines: () => readonly Line<Place>[],
  request: ExportRequest<Place>,
  compare: (left: Place, right: Place) => number,
): ExportReader<Place> {
  let { after } = request;
  return {
    async next() {
      const chunk = chunkOf(lines(), { ...request, after }, compare);
      after = chunk.place;
      return chunk;
    },
    end() {},
  };
}

function chunkOf<Place>(
  lines: readonly Line<Place>[],
  { after, modifiedFrom, modifiedBefore }: ExportRequest<Place>,
  compare: (left: Place, right: Place) => number,
): ExportChunk<Place> {
  const following = lines
    .filter(({ place }) => after === undefined || compare(place, after) > 0)
    .sort((left, right) => compare(left.place, right.place));
  const looked = following.slice(0, LINES);
  const written = looked
    .filter(
      ({ audit: { modified } }) =>
        (modifiedFrom === undefined || compareInstants(modified, modifiedFrom) >= 0) &&
        (modifiedBefore === undefined || compareInstants(modified, modifiedBefore) < 0),
    )
    .map(({ write }) => `${write()}\n`);
  return {
    text: written.join(''),
    rows: written.length,
    place: looked.at(-1)?.place ?? after,
    isLast: looked.length === following.length,
  };
}

function compareIds(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function comparePlaces(left: RevisionPlace, right: RevisionPlace): number {
  return (
    compareIds(left.id, right.id) ||
    EXPORTED_KINDS.indexOf(left.kind) - EXPORTED_KINDS.indexOf(right.kind) ||
    left.number - right.number
  );
}
