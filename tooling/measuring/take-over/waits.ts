import { percentile } from '../kit/statistics.ts';
import { figure, table } from '../kit/text.ts';

/** The parts of a rehearsal, in their order. */
export const PHASES = ['before', 'take-over', 'after'] as const;
export type Phase = (typeof PHASES)[number];

/** How long each kind of call took, in milliseconds, by phase. */
export class Waits {
  phase: Phase = 'before';
  readonly #noted = new Map<string, Map<Phase, number[]>>();
  readonly #refused = new Map<string, number>();

  note(what: string, milliseconds: number): void {
    const phases = this.#noted.get(what) ?? new Map<Phase, number[]>();
    this.#noted.set(what, phases);
    const noted = phases.get(this.phase) ?? [];
    noted.push(milliseconds);
    phases.set(this.phase, noted);
  }

  /** Counts a 503, after which the caller tries again. */
  refuse(what: string): void {
    const name = `${what}, ${this.phase}`;
    this.#refused.set(name, (this.#refused.get(name) ?? 0) + 1);
  }

  longest(what: string): number {
    return Math.max(0, ...[...(this.#noted.get(what)?.values() ?? [])].flat());
  }

  report(): string {
    const lines = [...this.#noted].flatMap(([what, phases]) =>
      PHASES.filter((phase) => phases.has(phase)).map((phase) => {
        const sorted = (phases.get(phase) ?? []).toSorted((a, b) => a - b);
        const refused = this.#refused.get(`${what}, ${phase}`) ?? 0;
        return [
          what,
          phase,
          sorted.length.toLocaleString('en-GB'),
          `${refused}`,
          ...[percentile(sorted, 50), percentile(sorted, 99), sorted.at(-1) ?? 0].map(figure),
        ];
      }),
    );
    return table([['who', 'when', 'answered', 'refused (503)', 'p50 ms', 'p99 ms', 'longest ms'], ...lines]);
  }
}
