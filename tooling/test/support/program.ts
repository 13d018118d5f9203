import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running program, and everything it has printed to its pipes so far. */
export class Program {
  readonly process: ChildProcess;
  readonly exit: Promise<Exit>;
  stdout = '';
  stderr = '';

  constructor(process: ChildProcess) {
    this.process = process;
    process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.exit = once(process, 'close').then(([code, signal]) => ({ code, signal }));
  }

  /** Waits for a text on either output. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const hasEnded = this.process.exitCode !== null || this.process.signalCode !== null;
      if (hasEnded) await this.exit;
      const match = pattern.exec(this.stdout + this.stderr);
      if (match !== null) return match;
      if (hasEnded) throw new Error(`the program ended without a word of ${pattern}:\n${this.stdout}${this.stderr}`);
      await sleep(20);
    }
  }
}
