import type { HistoryRequest, Instant, ProductHistory, VersionHistory } from '@polaris-telemetry/domain';
import { dayOf } from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { trusted } from '../../records/audit-columns.js';
import type { Database } from '../../tables.js';
import { TimeSlices } from '../../time-slices.js';
import { SPAN, spanOf } from '../ledger.js';
import { knownVersions, productsOf } from './known-versions.js';

/** Before every day that a date can have. */
const FIRST_SPAN = -(2 ** 31);
/** Of a number in the ledger. */
const BYTES = 4;

/** Reads from the ledger how many people ran each version of a product of a kind, day by day. */
export async function readHistory(
  db: Kysely<Database>,
  kind: string,
  asOf: Instant,
  request: HistoryRequest,
): Promise<Omit<ProductHistory, 'asOf'>> {
  const products = productsOf(kind, [request.appProduct]);
  const { rows } = await sql<{ suspect: number; completeSince: number | null; hasRevisions: boolean }>`
    select coalesce((select clock_suspect from fleet_product as p where ${products}), 0)::integer as suspect,
           (select started::date - date '1970-01-01' from revision_start where table_name = ${kind} and had_rows) as "completeSince",
           exists (select from revision_start where table_name = ${kind}) as "hasRevisions"
  `.execute(db);
  const [row] = rows;
  // While the trigger that keeps revisions still waits for its lock, there are none.
  const completeSince = row?.hasRevisions === false ? dayOf(asOf) : (row?.completeSince ?? undefined);
  return { completeSince, clockSuspect: row?.suspect ?? 0, versions: await readLedger(db, products, request.ends) };
}

interface VersionRow {
  readonly kind: VersionHistory['kind'];
  readonly text: string | null;
  /** The people of all spans before the first one wanted. */
  readonly before: number;
  /** In no order, as bytes; null where there is no span. */
  readonly spans: Buffer | null;
  /** The changes of each day of these spans, as bytes. */
  readonly changes: Buffer | null;
}

async function readLedger(
  db: Kysely<Database>,
  products: RawBuilder<unknown>,
  ends: readonly number[] | undefined,
): Promise<readonly VersionHistory[]> {
  const [first, last] = [ends?.[0], ends?.at(-1)];
  // Whatever lies before the first end counts as one change; only the spans from there on are read day by day.
  const from = sql`span >= ${first === undefined ? FIRST_SPAN : spanOf(first)}`;
  const until = last === undefined ? sql`true` : sql`span <= ${spanOf(last)}`;
  const { rows } = await sql<VersionRow>`
    select kind_of_version as kind, app_version as text, before, spans, changes
      from ${knownVersions(products)} as known
      join (
        select version, coalesce(sum(people) filter (where not ${from}), 0)::integer as before,
               string_agg(int4send(span), '') filter (where ${from}) as spans, string_agg(packed, '') filter (where ${from}) as changes
          from fleet_ledger
         where version in (select v.id from fleet_version as v join fleet_product as p on p.id = v.product where ${products})
           and ${until}
         group by version
      ) as ledger on ledger.version = known.id
  `.execute(db);
  const versions: VersionHistory[] = [];
  const slices = new TimeSlices();
  for (const row of rows) {
    if (slices.isOver) await slices.next();
    const { kind, text } = row;
    const of = ends === undefined ? allChanges(row) : changesBy(ends, row);
    if (of.days.length === 0) continue;
    if (kind !== 'version') versions.push({ kind, ...of });
    else versions.push(text === null ? { kind: 'other', ...of } : { kind, appVersion: trusted(text), ...of });
  }
  return versions;
}

type Changes = Pick<VersionHistory, 'days' | 'changes'>;

/** Dated to the days on which they happened. */
function allChanges(row: VersionRow): Changes {
  const [days, changes]: [number[], number[]] = [[], []];
  eachChange(row, (day, people) => {
    days.push(day);
    changes.push(people);
  });
  return { days, changes };
}

/** Dated to the first of `ends` that is not before them. */
function changesBy(ends: readonly number[], row: VersionRow): Changes {
  const sums = new Array<number>(ends.length).fill(0);
  sums[0] = row.before;
  let next = 0;
  eachChange(row, (day, people) => {
    while (next < ends.length && (ends[next] ?? day) < day) next++;
    if (next < ends.length) sums[next] = (sums[next] ?? 0) + people;
  });
  const [days, changes]: [number[], number[]] = [[], []];
  for (const [index, people] of sums.entries()) {
    if (people === 0) continue;
    days.push(ends[index] ?? 0);
    changes.push(people);
  }
  return { days, changes };
}

/** In the order of the days: sorting a version's few spans here costs less than sorting all in the database. */
function eachChange({ spans, changes }: VersionRow, use: (day: number, people: number) => void): void {
  const people = numbersOf(changes);
  const ordered = [...numbersOf(spans)]
    .map((span, index) => ({ first: span * SPAN, start: index * SPAN }))
    .sort((left, right) => left.first - right.first);
  for (const { first, start } of ordered) {
    for (let place = 0; place < SPAN; place++) {
      const change = people[start + place] ?? 0;
      if (change !== 0) use(first + place, change);
    }
  }
}

/** PostgreSQL writes the highest byte first. */
function numbersOf(bytes: Buffer | null): Int32Array {
  const numbers = new Int32Array((bytes?.length ?? 0) / BYTES);
  for (let index = 0; index < numbers.length; index++) numbers[index] = bytes?.readInt32BE(index * BYTES) ?? 0;
  return numbers;
}
