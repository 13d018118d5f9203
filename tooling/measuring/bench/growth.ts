import { setTimeout as sleep } from 'node:timers/promises';
import { checkAnswers } from '../kit/check.ts';
import type { Cleanup } from '../kit/cleanup.ts';
import { type Contestant, migrate, startContestant } from '../kit/contestants.ts';
import { type Kind, OPERATION_TITLES, type Operation, operationsOf } from '../kit/kinds.ts';
import { assertAllAnswered, takeSerials } from '../kit/load.ts';
import { runAtRate } from '../kit/open-loop.ts';
import type { Server } from '../kit/postgres.ts';
import { type RequestTemplate, templatesFor } from '../kit/requests.ts';
import { settle } from '../kit/schema.ts';
import { ratioOf, spreadOf } from '../kit/statistics.ts';
import { figure, spreadText, table } from '../kit/text.ts';
import { type Issuer, newIssuer } from '../kit/tokens.ts';
import { CROWDED_OWNER, CROWDED_RECORDS, fillTable, RECORDS_PER_OWNER } from './growth-tables.ts';
import type { Options } from './options.ts';

/** As many owners are asked for at every size, so that the caches of tokens and statements are as warm at each. */
const OWNERS_ASKED = 1000;

/** The milliseconds that one operation took on one table, asked about one audience, in each round. */
export interface GrowthSeries {
  readonly kind: Kind['name'];
  readonly rows: number;
  readonly audience: string;
  readonly operation: Operation;
  readonly p50: readonly number[];
  readonly p99: readonly number[];
}

/** A table of one size with a process of the service that serves it. */
interface Size {
  readonly rows: number;
  readonly issuer: Issuer;
  readonly contestant: Contestant;
}

interface Subject {
  readonly kind: Kind;
  readonly size: Size;
  readonly audience: string;
  readonly operation: Operation;
  readonly templates: readonly RequestTemplate[];
  readonly owners: number;
  readonly p50: number[];
  readonly p99: number[];
}

/**
 * Times every operation of the service on tables of several sizes, and for a crowded owner beside ordinary ones. The
 * sizes take turns in every round, so that what else the machine does meets them alike.
 */
export async function measureGrowth(
  options: Options,
  server: Server,
  cleanup: Cleanup,
  onRound: (known: readonly GrowthSeries[], round: number) => void,
): Promise<GrowthSeries[]> {
  const sizes: Size[] = [];
  for (const rows of options.rows) {
    process.stderr.write(`filling a table with ${figure(rows)} rows\n`);
    sizes.push(await prepareSize(rows, options, server, cleanup));
  }
  const subjects = options.kinds.flatMap((kind) =>
    operationsOf(kind, options.operations).flatMap((operation) =>
      sizes.flatMap((size) => subjectsOf(kind, operation, size, options)),
    ),
  );
  const scansBefore = await sequentialScans(sizes, options.kinds);
  for (const subject of subjects) {
    await settle(subject.size.contestant.pool, subject.kind);
    // Once through all requests: what differs then is the way to a row, not which rows happen to be in memory.
    process.stderr.write(`warm-up: ${subject.kind.name} ${subject.operation}, ${figure(subject.size.rows)} rows\n`);
    await send(subject, options, options.seconds);
  }
  for (let round = 0; round < options.rounds; round += 1) {
    process.stderr.write(`round ${round + 1}/${options.rounds}\n`);
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      await send(subject, options, options.warmUp);
      const { p50, p99 } = await send(subject, options, options.seconds);
      subject.p50.push(p50);
      subject.p99.push(p99);
    }
    onRound(seriesOf(subjects), round + 1);
  }
  const scans = (await sequentialScans(sizes, options.kinds)) - scansBefore;
  if (scans > 0) throw new Error(`The service has read a whole table ${scans} times: some statement uses no index`);
  return seriesOf(subjects);
}

function seriesOf(subjects: readonly Subject[]): GrowthSeries[] {
  return subjects.map(({ kind, size, audience, operation, p50, p99 }) => ({
    kind: kind.name,
    rows: size.rows,
    audience,
    operation,
    p50,
    p99,
  }));
}

async function prepareSize(rows: number, options: Options, server: Server, cleanup: Cleanup): Promise<Size> {
  const database = await server.createDatabase(`bench_rows_${rows}`);
  const issuer = newIssuer();
  await migrate(database, issuer);
  for (const kind of options.kinds) await fillTable(server, database, kind, rows);
  const { folder } = options;
  const contestant = await startContestant({ name: 'ours', server, database, issuer, folder, cleanup });
  for (const kind of options.kinds) {
    const owners = [0, Math.floor(rows / RECORDS_PER_OWNER) - 2];
    await checkAnswers(contestant, kind, operationsOf(kind, options.operations), issuer, owners);
  }
  return { rows, issuer, contestant };
}

/** The operation for ordinary owners from all over the table, and for one with a hundred thousand records. */
function subjectsOf(kind: Kind, operation: Operation, size: Size, options: Options): Subject[] {
  const owners = Math.floor(size.rows / RECORDS_PER_OWNER);
  const asked = Math.min(OWNERS_ASKED, owners);
  const ordinary = Array.from({ length: asked }, (_, index) => Math.floor((index * owners) / asked));
  const subject = (audience: string, names: readonly (string | number)[], recordsPerOwner: number): Subject => {
    const all = templatesFor(kind, operation, { owners: names.length, recordsPerOwner }, size.issuer, names);
    const templates = all.slice(0, options.rate * options.seconds);
    return { kind, size, audience, operation, templates, owners: names.length, p50: [], p99: [] };
  };
  return [
    subject(`owners of ${RECORDS_PER_OWNER}`, ordinary, RECORDS_PER_OWNER),
    subject(`an owner of ${figure(CROWDED_RECORDS)}`, [CROWDED_OWNER], CROWDED_RECORDS),
  ];
}

async function send(subject: Subject, options: Options, seconds: number): Promise<{ p50: number; p99: number }> {
  const { contestant } = subject.size;
  const { templates, owners } = subject;
  const { connections, folder, rate } = options;
  const load = { port: contestant.port, connections, seconds, templates, owners, firstSerial: takeSerials(), folder };
  const result = await runAtRate(load, rate);
  assertAllAnswered(`${figure(subject.size.rows)} rows, ${subject.operation}`, result);
  contestant.assertAlive();
  contestant.truncateLog();
  return result;
}

/** How often the tables have been read from end to end. Sessions report what they did a second later at most. */
async function sequentialScans(sizes: readonly Size[], kinds: readonly Kind[]): Promise<number> {
  await sleep(1500);
  const counts = await Promise.all(
    sizes.map(({ contestant }) =>
      contestant.pool.query<{ scans: number }>(
        'select sum(seq_scan)::integer as scans from pg_stat_user_tables where relname = any($1)',
        [kinds.map((kind) => kind.table)],
      ),
    ),
  );
  return counts.reduce((sum, { rows: [row] }) => sum + (row?.scans ?? 0), 0);
}

/** p50 in milliseconds; and how many times that of the smallest table, and of ordinary owners, it is. */
export function growthReport(all: readonly GrowthSeries[]): string {
  const sizes = [...new Set(all.map(({ rows }) => rows))];
  const audiences = [...new Set(all.map(({ audience }) => audience))];
  const lines = Map.groupBy(all, ({ operation, kind }) => `${OPERATION_TITLES[operation]} (${kind})`);
  const cell = (series: GrowthSeries | undefined, first: GrowthSeries | undefined): string => {
    if (series === undefined || first === undefined) return '';
    const median = figure(spreadOf(series.p50).median);
    return series === first ? median : `${median}, x ${spreadText(ratioOf(series.p50, first.p50))}`;
  };
  const columns = audiences.flatMap((audience) => sizes.map((rows) => ({ audience, rows })));
  return table([
    ['p50 in ms, x times the first', ...columns.map(({ audience, rows }) => `${audience}, ${figure(rows)} rows`)],
    ...[...lines].map(([title, line]) => [
      title,
      ...columns.map(({ audience, rows }) =>
        cell(
          line.find((series) => series.audience === audience && series.rows === rows),
          line[0],
        ),
      ),
    ]),
  ]);
}
