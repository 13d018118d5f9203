import { CONTESTANTS, type ContestantName, RIVALS } from '../kit/contestants.ts';
import { KINDS, type Kind, OPERATIONS, type Operation, operationsOf } from '../kit/kinds.ts';
import type { Options } from './options.ts';
import type { Mode, Series } from './report.ts';

/** One measurement of several contestants side by side. */
export interface Step {
  readonly kind: Kind;
  readonly operation: Operation;
  readonly connections: number;
  readonly mode: Mode;
  readonly contestants: readonly ContestantName[];
}

/** Whether a series was measured in a step, whoever was measured. */
export function isOf(step: Step, { kind, operation, connections, mode }: Series): boolean {
  return (
    kind === step.kind.name && operation === step.operation && connections === step.connections && mode === step.mode
  );
}

/** Returns what the options ask for; with `--goals` what the goals need, and no more. */
export function planOf(options: Options, areInstalled: (names: readonly ContestantName[]) => ContestantName[]): Step[] {
  if (options.goals) {
    const contestants = areInstalled(CONTESTANTS);
    return GOALS.map((step) => ({
      ...step,
      kind: KINDS.patient,
      contestants: step.contestants.filter((name) => contestants.includes(name)),
    }));
  }
  const contestants = areInstalled(options.contestants);
  const modes: Mode[] = ['peak'];
  if (options.latency) modes.push('fixed rate');
  if (options.freshTokens) modes.push('peak, fresh tokens', 'peak, new tokens');
  return options.kinds.flatMap((kind) =>
    operationsOf(kind, options.operations).flatMap((operation) =>
      options.allConnections.flatMap((connections) =>
        modes.map((mode) => ({ kind, operation, connections, mode, contestants })),
      ),
    ),
  );
}

const TWO = ['ours', 'floor'] as const;

/** Of each operation, the most telling first: a run that is cut off has those. */
const GOALS: readonly Omit<Step, 'kind'>[] = [
  ...ofEach({ connections: 32, mode: 'peak', contestants: RIVALS }),
  ...ofEach({ connections: 32, mode: 'fixed rate', contestants: TWO }),
  ...ofEach({ connections: 32, mode: 'peak, new tokens', contestants: [...TWO, 'go'] }, ['post', 'latest']),
  ...ofEach({ connections: 8, mode: 'peak', contestants: [...TWO, 'bun'] }),
  ...ofEach({ connections: 1, mode: 'peak', contestants: TWO }),
  ...ofEach({ connections: 128, mode: 'peak', contestants: [...TWO, 'all-cores'] }),
  ...ofEach({ connections: 512, mode: 'peak', contestants: TWO }),
];

function ofEach(
  step: Omit<Step, 'kind' | 'operation'>,
  operations: readonly Operation[] = OPERATIONS,
): Omit<Step, 'kind'>[] {
  return operations.map((operation) => ({ ...step, operation }));
}
