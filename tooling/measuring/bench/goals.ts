import { availableParallelism } from 'node:os';
import type { ContestantName } from '../kit/contestants.ts';
import { OPERATION_TITLES, OPERATIONS, type Operation } from '../kit/kinds.ts';
import { ratioOf, spreadOf } from '../kit/statistics.ts';
import { figure, table } from '../kit/text.ts';
import type { Measurement, Mode, Series } from './report.ts';

/** What one process of the service needs. */
export interface Needs {
  /** From the start of a process on an existing database to its first answer, in milliseconds; of several starts. */
  readonly starts: readonly number[];
  /** Before its first request that counts, in MiB. */
  readonly idle: number;
  /** Of a new process right after 512 connections sent as many requests as it answers, in MiB; by operation, in turn. */
  readonly crowded?: Readonly<Partial<Record<Operation, number>>> | undefined;
}

interface Goal {
  readonly what: string;
  readonly limit: number;
  readonly least: boolean;
  /** Of each operation, or one without a name; empty if it was not measured. */
  readonly figures: ReadonlyMap<string, number>;
}

/** Returns a Markdown table: each goal beside its figures, and whether all of these meet it. */
export function goalsTable(all: readonly Series[], needs: Needs | undefined): string {
  const rows = goalsOf(all, needs).map(({ what, limit, least, figures }) => {
    const isMet = [...figures.values()].every((value) => (least ? value >= limit : value <= limit));
    const measured = [...figures].map(([name, value]) => `${name} ${figure(value)}`.trim()).join(', ');
    const verdict = figures.size === 0 ? 'not measured' : isMet ? 'met' : '**missed**';
    return [what, `${least ? '>=' : '<='} ${limit}`, measured || '–', verdict];
  });
  return table([['Goal', 'at least, at most', 'measured', ''], ...rows]);
}

function goalsOf(all: readonly Series[], needs: Needs | undefined): Goal[] {
  const find = (contestant: ContestantName, operation: Operation, connections: number, mode: Mode) =>
    all.find(
      (one) =>
        one.kind === 'patient' &&
        one.contestant === contestant &&
        one.operation === operation &&
        one.connections === connections &&
        one.mode === mode,
    )?.rounds;
  const toRival = (
    rival: ContestantName,
    connections: number,
    value: (m: Measurement) => number,
    mode: Mode = 'peak',
  ): Map<string, number> =>
    ofOperations((operation) => {
      const [ours, theirs] = [find('ours', operation, connections, mode), find(rival, operation, connections, mode)];
      if (ours === undefined || theirs === undefined) return undefined;
      return ratioOf(ours.map(value), theirs.map(value)).median;
    });
  const newToKnown = ofOperations((operation) => {
    const [fresh, known] = [find('ours', operation, 32, 'peak, new tokens'), find('ours', operation, 32, 'peak')];
    if (fresh === undefined || known === undefined) return undefined;
    const cpu = (rounds: readonly Measurement[]) => spreadOf(rounds.map((m) => m.cpu)).median;
    return cpu(fresh) / cpu(known);
  });
  const resident = ofOperations((operation) => {
    const rounds = find('ours', operation, 512, 'peak');
    return rounds && spreadOf(rounds.map((m) => m.resident)).max;
  });
  const crowded = ofOperations((operation) => needs?.crowded?.[operation]);
  const alone = (value: number | undefined) => new Map(value === undefined ? [] : [['', value]]);

  return [
    least('requests/s to floor, 32 connections', 2.2, toRival('floor', 32, speed)),
    least('requests/s to floor, 128 connections', 2.2, toRival('floor', 128, speed)),
    least(
      'a process for each core: requests/s to one, 128 connections',
      ofAllCores(availableParallelism()),
      toRival('all-cores', 128, pause),
    ),
    least('requests/s to floor, 1 connection', 1.15, toRival('floor', 1, speed)),
    least('requests/s to Rust, 32 connections', 1.3, toRival('rust', 32, speed)),
    least('requests/s to Bun, 8 connections', 1.1, toRival('bun', 8, speed)),
    least('each token new: requests/s to floor', 2, toRival('floor', 32, speed, 'peak, new tokens')),
    least('each token new: requests/s to Go', 1.6, toRival('go', 32, speed, 'peak, new tokens')),
    most('each token new: CPU to that with known tokens', 1.3, newToKnown),
    most('p99 to floor, 1 connection', 1, toRival('floor', 1, p99)),
    most('p99 to floor, 8 connections', 1, toRival('floor', 8, p99)),
    most('p99 to floor, at 60 % of its peak', 1, toRival('floor', 32, p99, 'fixed rate')),
    most(
      'CPU with PostgreSQL to floor, 32 connections',
      0.3,
      toRival('floor', 32, (m) => m.cpu + m.postgresCpu),
    ),
    most('first answer on an existing database, ms', 150, alone(needs && spreadOf(needs.starts).median)),
    most('resident memory idle, MiB', 85, alone(needs?.idle)),
    most('resident memory, 512 connections, new process, MiB', 150, crowded),
    most('the same, after all other steps, MiB', 150, resident),
  ];
}

/** With fewer than four cores, PostgreSQL and the load generator need a good part of them. */
const ofAllCores = (cores: number) => (cores < 4 ? 1.25 : 0.8 * cores);

const speed = (m: Measurement) => m.requestsPerSecond;
const p99 = (m: Measurement) => m.p99;
/** The inverse of the speed: ours to a rival is then the rival's speed to ours. */
const pause = (m: Measurement) => 1 / m.requestsPerSecond;

const least = (what: string, limit: number, figures: Goal['figures']): Goal => ({ what, limit, figures, least: true });
const most = (what: string, limit: number, figures: Goal['figures']): Goal => ({ what, limit, figures, least: false });

function ofOperations(measured: (operation: Operation) => number | undefined): Map<string, number> {
  const values = OPERATIONS.map((operation) => [OPERATION_TITLES[operation], measured(operation)] as const);
  return new Map(values.flatMap(([title, value]) => (value === undefined ? [] : [[title, value] as const])));
}
