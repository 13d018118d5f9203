import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { DatabaseSettings } from '../../src/index.js';

/** The messages of such a process, one by one. */
interface Said {
  readonly settings?: DatabaseSettings;
  readonly notice?: string;
  readonly error?: string;
  readonly name?: string;
  readonly interrupted?: true;
}

/** A separate process that has started the embedded PostgreSQL on a folder, or failed to. */
export interface Owner {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly settings: DatabaseSettings | undefined;
  readonly error: string | undefined;
  readonly said: readonly Said[];
  /** Sends a signal and waits for the end. @returns the exit code, or null if the signal ended it */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts such a process, in its own process group as a shell would, and waits for the outcome. */
export async function startOwner(folder: string): Promise<Owner> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'embedded-owner.mjs'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  onTestFinished(() => {
    child.kill('SIGTERM');
  });
  const said: Said[] = [];
  let done: Said | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const message: Said = JSON.parse(line);
    said.push(message);
    if (message.settings !== undefined || message.error !== undefined) {
      done = message;
      break;
    }
  }
  if (child.pid === undefined) throw new Error('no process');
  createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line)));
  return {
    process: child,
    pid: child.pid,
    settings: done?.settings,
    error: done?.error,
    said,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit');
        child.kill(signal);
        await exit;
      }
      return child.exitCode;
    },
  };
}
