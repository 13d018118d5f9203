import { align } from '../terminal.ts';

/** The outcome of one check or suite. */
export interface Outcome {
  readonly title: string;
  /** What it ran on, for a person. */
  readonly on: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Why it is red although no test failed, or what it needed. */
  readonly remark?: string;
  /** It did not run. That is a failure only if everything was required. */
  readonly notRun?: boolean;
}

/** Returns the closing table, with the counts alone on the last line. */
export function report(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => [
    outcome.title,
    outcome.on,
    outcome.notRun ? '-' : String(outcome.passed + outcome.failed + outcome.skipped),
    outcome.notRun ? '-' : `${outcome.seconds.toFixed(1)} s`,
    verdict(outcome),
  ]);
  const table = [['what', 'on', 'tests', 'time', 'result'], ...rows];
  const lines = align(table, [2, 3]).map((cells) => cells.join('  ').trimEnd());
  return ['', ...lines, '', counts(outcomes)].join('\n');
}

function verdict({ failed, skipped, notRun, remark }: Outcome): string {
  if (notRun) return `NOT RUN: ${remark}`;
  if (failed > 0) return `FAILED: ${remark ?? `${failed} of them`}`;
  return skipped > 0 ? `passed, ${skipped} skipped` : 'passed';
}

function counts(outcomes: readonly Outcome[]): string {
  const sum = (key: 'passed' | 'failed' | 'skipped') => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
