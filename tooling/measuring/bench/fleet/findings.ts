import { spreadOf } from '../../kit/statistics.ts';
import { figure, table } from '../../kit/text.ts';

/** The result of one measurement, and its goal. */
export interface Finding {
  readonly what: string;
  /** With its unit. */
  readonly measured: string;
  readonly goal: string;
}

/** Records a finding. */
export type Note = (what: string, measured: string, goal?: string) => void;

/** Collects findings, and prints each immediately: a run takes minutes. */
export function collectFindings(): { readonly note: Note; readonly findings: Finding[] } {
  const findings: Finding[] = [];
  return {
    findings,
    note(what, measured, goal = '') {
      findings.push({ what, measured, goal });
      console.log(`${what}: ${measured}${goal === '' ? '' : ` (goal: ${goal})`}`);
    },
  };
}

export function findingsTable(findings: readonly Finding[]): string {
  return table([['', 'measured', 'goal'], ...findings.map(({ what, measured, goal }) => [what, measured, goal])]);
}

/** 0.0123 as "12.3 ms", 2,500 as "2.50 s": from milliseconds. */
export function duration(milliseconds: number): string {
  return milliseconds >= 1_000 ? `${figure(milliseconds / 1_000)} s` : `${figure(milliseconds)} ms`;
}

/** The median of times in milliseconds, and the longest. */
export function durations(times: readonly number[]): string {
  const { median, max } = spreadOf(times);
  return `${duration(median)}, at most ${duration(max)}`;
}
