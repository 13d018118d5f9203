import {
  type Audit,
  compareInstants,
  EXPORTED_KINDS,
  type ExportedKind,
  type ExportFilter,
  type ExportQueries,
  type Revision,
  type RevisionPlace,
} from '@polaris-telemetry/domain';
import { type Kysely, sql } from 'kysely';
import type { Reads } from '../reads/reads.js';
import type { Database } from '../tables.js';
import { TimeSlices } from '../time-slices.js';
import { chunkReader } from './chunk-reader.js';
import { type AnyTable, createReadStates, type Place, type RecordKey, type State, type States } from './read-states.js';

/** How many records a chunk reads … */
const MOST_RECORDS = 500;
/** … and how many while others write. */
const MOST_RECORDS_AMONG_WRITES = 60;

interface Key extends RecordKey {
  readonly kind: ExportedKind;
}

/** Exports all states of all records: the kept ones, then the present one. */
export function revisionExport(
  reads: Reads,
  tables: Readonly<Record<ExportedKind, AnyTable>>,
): ExportQueries['revisions'] {
  const readStates = new Map(EXPORTED_KINDS.map((kind) => [kind, createReadStates(kind, tables[kind])]));
  return ({ after: start, ...filter }, writers) =>
    chunkReader<Place>(reads, 'revisions.export', start, async ({ db, othersWrite, isDistributed }, after) => {
      const most = othersWrite ? MOST_RECORDS_AMONG_WRITES : MOST_RECORDS;
      const keys = await keysFrom(db, tables, { most, withOwners: isDistributed }, after);
      const states = new Map<ExportedKind, States>();
      for (const [kind, read] of readStates) {
        const ofKind = keys.filter((key) => key.kind === kind);
        if (ofKind.length > 0) states.set(kind, await read(db, ofKind, after));
      }
      const lines: string[] = [];
      const slices = new TimeSlices();
      let place = after;
      for (const { uuid, kind } of keys) {
        const { byId, cutAt } = states.get(kind) as States;
        const theirs = byId.get(uuid) ?? [];
        for (const state of theirs) {
          if (slices.isOver) await slices.next();
          place = state.place;
          if (passes(state.record.audit, filter)) lines.push(`${writers[kind](revisionOf(state))}\n`);
        }
        // Everything after the last state belongs to the next chunk.
        if (cutAt === uuid) {
          const cut: Place | undefined = place && { ...place, oldest: theirs.at(-1)?.oldest };
          return [{ text: lines.join(''), rows: lines.length, place: cut, isLast: false }];
        }
      }
      return [{ text: lines.join(''), rows: lines.length, place, isLast: keys.length < most }];
    });
}

function revisionOf({ place, record, previous }: State): Revision<never> {
  return { number: place.number, place: '', record: record as never, previous: previous as never };
}

function passes({ modified }: Audit, { modifiedFrom, modifiedBefore }: ExportFilter): boolean {
  if (modifiedFrom !== undefined && compareInstants(modified, modifiedFrom) < 0) return false;
  return modifiedBefore === undefined || compareInstants(modified, modifiedBefore) < 0;
}

/** Reads the next records, beginning with the one in which the last chunk ended. */
async function keysFrom(
  db: Kysely<Database>,
  tables: Readonly<Record<ExportedKind, AnyTable>>,
  { most, withOwners }: { readonly most: number; readonly withOwners: boolean },
  after: RevisionPlace | undefined,
): Promise<readonly Key[]> {
  const of = EXPORTED_KINDS.map((kind, index) => {
    const { name, owner } = tables[kind].table;
    const isBehind = after !== undefined && index < EXPORTED_KINDS.indexOf(after.kind);
    const begins = after === undefined ? sql`true` : sql`uuid ${sql.raw(isBehind ? '>' : '>=')} ${after.id}`;
    // A plain server finds ids alone in their index.
    return sql`(select uuid, ${sql.lit(index)} as kind, ${withOwners ? sql.ref(owner) : sql`null`} as owner
                  from ${sql.table(name)} where ${begins} order by uuid limit ${most})`;
  });
  const { rows } = await sql<{ readonly uuid: string; readonly kind: number; readonly owner: string | null }>`
    select uuid, kind, owner from (${sql.join(of, sql` union all `)}) as keys order by uuid, kind limit ${most}
  `.execute(db);
  return rows.map(({ uuid, kind, owner }) => ({
    uuid,
    kind: EXPORTED_KINDS[kind] as ExportedKind,
    owner: owner ?? undefined,
  }));
}
