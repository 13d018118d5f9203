import { CONTESTANTS, type ContestantName } from '../kit/contestants.ts';
import { type Kind, OPERATION_TITLES, type Operation } from '../kit/kinds.ts';
import { ratioOf, type Spread, spreadOf } from '../kit/statistics.ts';
import { figure, spreadText, table } from '../kit/text.ts';

export interface Measurement {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** CPU of the server process, microseconds a request; NaN without /proc. */
  readonly cpu: number;
  /** The same for PostgreSQL's processes. */
  readonly postgresCpu: number;
  /** Memory of the server process at the end, MiB; NaN without /proc. */
  readonly resident: number;
  /** Whether other programs used the machine meanwhile, at the last attempt too. */
  readonly disturbed?: boolean;
}

export type Mode = 'peak' | 'fixed rate' | 'peak, fresh tokens' | 'peak, new tokens';

/** One contestant's rounds with one operation. */
export interface Series {
  readonly mode: Mode;
  readonly kind: Kind['name'];
  readonly operation: Operation;
  readonly contestant: ContestantName;
  readonly connections: number;
  /** The requested rate in requests a second, if it was fixed. */
  readonly rate: number | undefined;
  readonly rounds: readonly Measurement[];
}

interface Column {
  readonly mode: Mode;
  readonly title: (rate: string) => string;
  readonly value: (measurement: Measurement) => number;
}

const COLUMNS: readonly Column[] = [
  { mode: 'peak', title: () => 'requests/s', value: (m) => m.requestsPerSecond },
  { mode: 'peak', title: () => 'CPU us/request', value: (m) => m.cpu },
  { mode: 'peak', title: () => 'and of PostgreSQL', value: (m) => m.postgresCpu },
  { mode: 'peak', title: () => 'together', value: (m) => m.cpu + m.postgresCpu },
  { mode: 'fixed rate', title: (rate) => `p50 ms at ${rate}/s`, value: (m) => m.p50 },
  { mode: 'fixed rate', title: (rate) => `p99 ms at ${rate}/s`, value: (m) => m.p99 },
  { mode: 'peak, fresh tokens', title: () => 'requests/s, every 10th token new', value: (m) => m.requestsPerSecond },
  { mode: 'peak, new tokens', title: () => 'requests/s, each token new', value: (m) => m.requestsPerSecond },
];

/** Returns a Markdown table per operation: each contestant's figures, then the ratios of ours to theirs. */
export function reportOf(all: readonly Series[]): string {
  const operations = Map.groupBy(
    all,
    ({ kind, operation, connections }) =>
      `${OPERATION_TITLES[operation]} (${kind}), ${connections} connection${connections === 1 ? '' : 's'}`,
  );
  return [...operations].map(([title, series]) => operationTable(title, series)).join('\n\n');
}

function operationTable(title: string, all: readonly Series[]): string {
  const columns = COLUMNS.filter(({ mode }) => all.some((series) => series.mode === mode));
  const rate = figure(all.find(({ mode }) => mode === 'fixed rate')?.rate ?? Number.NaN);
  const names = CONTESTANTS.filter((name) => all.some(({ contestant }) => contestant === name));
  const valuesOf = (column: Column, name: ContestantName): number[] =>
    all.find((series) => series.contestant === name && series.mode === column.mode)?.rounds.map(column.value) ?? [];
  const cells = (spread: (column: Column) => Spread | undefined): string[] =>
    columns.map((column) => {
      const found = spread(column);
      return found === undefined ? '–' : spreadText(found);
    });
  const rivals = names.includes('ours') ? names.filter((name) => name !== 'ours') : [];
  const slow = all.filter(({ rounds, rate = 0 }) => reached(rounds) < 0.95 * rate);
  const notes = slow.map(
    ({ contestant, rounds }) =>
      `\n\n${contestant} answered ${figure(reached(rounds))} of ${rate} requests a second: its percentiles are of a lower load.`,
  );
  const measured = all.flatMap(({ rounds }) => rounds);
  const disturbed = measured.filter((one) => one.disturbed).length;
  if (disturbed > 0)
    notes.push(`\n\nOther programs used the machine during ${disturbed} of these ${measured.length} measurements.`);
  const lines = table([
    [title, ...columns.map((column) => column.title(rate))],
    ...names.map((name) => [name, ...cells((column) => spreadOfAny(valuesOf(column, name)))]),
    ...rivals.map((rival) => [
      `ours / ${rival}`,
      ...cells((column) => {
        const [ours, theirs] = [valuesOf(column, 'ours'), valuesOf(column, rival)];
        return theirs.length === 0 ? undefined : ratioOf(ours, theirs);
      }),
    ]),
  ]);
  return lines + notes.join('');
}

/** Not everyone is measured in every mode. */
function spreadOfAny(values: readonly number[]): Spread | undefined {
  return values.length === 0 ? undefined : spreadOf(values);
}

function reached(rounds: readonly Measurement[]): number {
  return spreadOf(rounds.map(({ requestsPerSecond }) => requestsPerSecond)).median;
}
