import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Needs } from './goals.ts';
import { isOf, type Step } from './plan.ts';
import type { Series } from './report.ts';

interface Kept {
  readonly settings: RunSettings;
  readonly needs?: Needs | undefined;
  readonly series: readonly Series[];
}

export interface Settings {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
}

/** What two parts of one run have in common. */
interface RunSettings extends Settings {
  /** What tells the measured build of the service from others. */
  readonly build: string;
}

/** The figures of a comparison, kept on disk as they come: a run that was cut off can be continued. */
export class KeptFigures {
  readonly #file: string;
  #kept: Kept;

  /**
   * @param resume takes over what an earlier run has measured; otherwise that is forgotten
   * @throws Error if that run had other rounds or seconds, or measured another build
   */
  constructor(folder: string, settings: RunSettings, resume: boolean) {
    this.#file = join(folder, 'speed-so-far.json');
    this.#kept = { settings, series: [] };
    if (!resume) rmSync(this.#file, { force: true });
    if (!existsSync(this.#file)) return;
    this.#kept = JSON.parse(readFileSync(this.#file, 'utf8'));
    const [theirs, ours] = [this.#kept.settings, settings].map(({ rounds, seconds, warmUp, build }) =>
      [`--rounds ${rounds}`, `--seconds ${seconds}`, `--warm-up ${warmUp}`, `and build ${build}`].join(' '),
    );
    if (theirs !== ours) throw new Error(`the run to be continued has ${theirs}, this one ${ours}`);
  }

  get series(): readonly Series[] {
    return this.#kept.series;
  }

  get needs(): Needs | undefined {
    return this.#kept.needs;
  }

  /** Returns what was measured in a step; undefined if it is yet to be done. */
  of(step: Step): readonly Series[] | undefined {
    const found = this.series.filter((one) => isOf(step, one));
    const isComplete = step.contestants.every((name) => found.some(({ contestant }) => contestant === name));
    return isComplete ? found : undefined;
  }

  addNeeds(needs: Needs): void {
    this.#keep({ ...this.#kept, needs });
  }

  /** Takes the place of what another choice of contestants has left of the same step. */
  add(step: Step, series: readonly Series[]): void {
    const others = this.series.filter((one) => !isOf(step, one));
    this.#keep({ ...this.#kept, series: [...others, ...series] });
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    writeFileSync(this.#file, JSON.stringify(kept));
  }
}
