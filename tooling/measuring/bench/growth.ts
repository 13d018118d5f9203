import { setTimeout as sleep } from 'node:timers/promises';
import { checkAnswers } from '../kit/check.ts';
import { type Contestant, migrate, startService } from '../kit/contestants.ts';
import { type Kind, OPERATION_TITLES, type Operation, operationsOf } from '../kit/kinds.ts';
import type { Server } from '../kit/postgres.ts';
import { type RequestTemplate, templatesFor } from '../kit/requests.ts';
import { type Figures, inTurns } from '../kit/rounds.ts';
import { settle } from '../kit/schema.ts';
import { sendLoad } from '../kit/send-load.ts';
import { ratioOf, spreadOf } from '../kit/statistics.ts';
import { figure, spreadText, table } from '../kit/text.ts';
import { CROWDED_OWNER, CROWDED_RECORDS, fillTable, RECORDS_PER_OWNER } from './growth-tables.ts';
import type { Options as BenchOptions } from './options.ts';

type Options = BenchOptions & { readonly rows: readonly number[] };

/** As many owners are asked for at every size, so that the caches of tokens and statements are as warm at each. */
const OWNERS_ASKED = 1000;

/** One operation on a table of one size, for one audience. */
interface Subject {
  readonly kind: Kind;
  readonly rows: number;
  readonly audience: string;
  readonly operation: Operation;
  readonly contestant: Contestant;
  readonly templates: readonly RequestTemplate[];
}

/** Its durations in milliseconds, by round. */
interface Series {
  readonly kind: Kind['name'];
  readonly rows: number;
  readonly audience: string;
  readonly operation: Operation;
  readonly p50: readonly number[];
  readonly p99: readonly number[];
}

/**
 * Times every operation of the service on tables of several sizes, and for a crowded owner beside ordinary ones. The
 * sizes take turns in every round, so that other work on the machine affects them alike.
 */
export async function measureGrowth(options: Options, server: Server): Promise<object> {
  const { rounds, seconds, rate, kinds } = options;
  const sizes: { readonly rows: number; readonly contestant: Contestant }[] = [];
  for (const rows of options.rows) {
    process.stderr.write(`filling a table with ${figure(rows)} rows\n`);
    sizes.push({ rows, contestant: await prepareSize(rows, options, server) });
  }
  const subjects = kinds.flatMap((kind) =>
    operationsOf(kind, options.operations).flatMap((operation) =>
      sizes.flatMap(({ rows, contestant }) => subjectsOf({ kind, operation, rows, contestant }, options)),
    ),
  );
  const contestants = sizes.map(({ contestant }) => contestant);
  const scansBefore = await sequentialScans(contestants, kinds);
  for (const { kind, contestant } of subjects) await settle(contestant.pool, kind);
  const measure = (subject: Subject) => async (round: number) => {
    process.stderr.write(`round ${round + 1}/${rounds}: ${subject.operation}, ${figure(subject.rows)} rows\n`);
    // The first round sends all requests once: later ones differ in the way to a row, not in which rows are in memory.
    if (round >= 0) await send(subject, options, options.warmUp);
    return send(subject, options, seconds);
  };
  const seriesOf = (figures: Figures<string, { readonly p50: number; readonly p99: number }>): Series[] =>
    subjects.map(({ kind, templates: _, contestant: __, ...subject }, index) => ({
      ...subject,
      kind: kind.name,
      p50: (figures[index] ?? []).map(({ p50 }) => p50),
      p99: (figures[index] ?? []).map(({ p99 }) => p99),
    }));
  const sides = Object.fromEntries(subjects.map((subject, index) => [`${index}`, measure(subject)]));
  // Tables of millions take long: intermediate results are printed.
  const figures = await inTurns(rounds, sides, {
    onRound: (known, round) => console.log(`After round ${round + 1} of ${rounds}:\n\n${report(seriesOf(known))}\n`),
  });
  const scans = (await sequentialScans(contestants, kinds)) - scansBefore;
  if (scans > 0) throw new Error(`The service has read a whole table ${scans} times: some statement uses no index`);
  const series = seriesOf(figures);
  console.log(`${rate} requests/s, ${rounds} rounds of ${seconds} s.\n\n${report(series)}`);
  return { rate, rounds, seconds, series };
}

async function prepareSize(rows: number, { kinds, operations }: Options, server: Server): Promise<Contestant> {
  const database = await server.createDatabase(`bench_rows_${rows}`);
  await migrate(database);
  for (const kind of kinds) await fillTable(server, database, kind, rows);
  const contestant = await startService(server, database);
  const owners = [0, Math.floor(rows / RECORDS_PER_OWNER) - 2];
  for (const kind of kinds) await checkAnswers(contestant, kind, operationsOf(kind, operations), owners);
  return contestant;
}

/** The operation for ordinary owners from all over the table, and for one with a hundred thousand records. */
function subjectsOf(
  common: Pick<Subject, 'kind' | 'operation' | 'rows' | 'contestant'>,
  { rate, seconds }: Options,
): Subject[] {
  const owners = Math.floor(common.rows / RECORDS_PER_OWNER);
  const asked = Math.min(OWNERS_ASKED, owners);
  const ordinary = Array.from({ length: asked }, (_, index) => Math.floor((index * owners) / asked));
  const subject = (audience: string, names: readonly (string | number)[], recordsPerOwner: number): Subject => {
    const all = templatesFor(common.kind, common.operation, { owners: names.length, recordsPerOwner }, names);
    return { ...common, audience, templates: all.slice(0, rate * seconds) };
  };
  return [
    subject(`owners of ${RECORDS_PER_OWNER}`, ordinary, RECORDS_PER_OWNER),
    subject(`an owner of ${figure(CROWDED_RECORDS)}`, [CROWDED_OWNER], CROWDED_RECORDS),
  ];
}

function send({ contestant, templates }: Subject, { connections, rate }: Options, seconds: number) {
  return sendLoad(contestant, { templates, connections, seconds, rate });
}

/** How often the tables have been read from end to end. Sessions report what they did a second later at most. */
async function sequentialScans(contestants: readonly Contestant[], kinds: readonly Kind[]): Promise<number> {
  await sleep(1500);
  let sum = 0;
  for (const { pool } of contestants) {
    const { rows } = await pool.query<{ scans: number }>(
      'select sum(seq_scan)::integer as scans from pg_stat_user_tables where relname = any($1)',
      [kinds.map((kind) => kind.table)],
    );
    sum += rows[0]?.scans ?? 0;
  }
  return sum;
}

/** Prints p50 in milliseconds, and its ratio to that of the smallest table and ordinary owners. */
function report(all: readonly Series[]): string {
  const cell = (series: Series, first: Series): string => {
    const median = figure(spreadOf(series.p50).median);
    return series === first ? median : `${median}, x ${spreadText(ratioOf(series.p50, first.p50))}`;
  };
  // Ordinary owners of every size, then crowded ones.
  const lines = [...Map.groupBy(all, ({ operation, kind }) => `${OPERATION_TITLES[operation]} (${kind})`)].map(
    ([title, line]) => ({ title, line: [...Map.groupBy(line, ({ audience }) => audience).values()].flat() }),
  );
  const columns = (lines[0]?.line ?? []).map(({ audience, rows }) => `${audience}, ${figure(rows)} rows`);
  return table([
    ['p50 in ms, x times the first', ...columns],
    ...lines.map(({ title, line }) => [title, ...line.map((series) => cell(series, line[0] ?? series))]),
  ]);
}
