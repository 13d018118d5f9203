import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** Only a hang takes so long, even on a slow machine that does other things too. */
const LONGEST_MINUTES = 30;

export interface Run {
  readonly code: number;
  /** What it printed, unless it was shown at once. */
  readonly output: string;
  readonly seconds: number;
}

/**
 * Runs a Node script of the checkout to its end. The output of quiet programs appears only if a caller asks for it.
 * SIGINT and SIGTERM end the program too. One that hangs is killed with everything it started: a red row, and not a lost
 * night.
 */
export function runScript(
  args: readonly string[],
  {
    folder = '',
    quiet = false,
    env = {},
  }: { folder?: string; quiet?: boolean; env?: Readonly<Record<string, string>> } = {},
): Promise<Run> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], {
      cwd: `${checkout}${folder}`,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      // Colours are for terminals: in a file they hide the words.
      env: {
        ...process.env,
        ...(!(process.stdout.isTTY && !quiet) && { NO_COLOR: '1', FORCE_COLOR: undefined }),
        ...env,
      },
      // Its own group, so that it can be ended as a whole.
      detached: process.platform !== 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
      });
    }
    const end = (signal: NodeJS.Signals) => {
      if (child.pid === undefined || child.exitCode !== null) return;
      try {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
      } catch {
        // It has already ended by itself.
      }
    };
    const interrupt = (signal: NodeJS.Signals) => {
      end('SIGTERM');
      setTimeout(end, 10_000, 'SIGKILL').unref();
      child.once('exit', () => process.exit(signal === 'SIGINT' ? 130 : 143));
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    const limit = setTimeout(() => {
      output += `\nkilled: still running after ${LONGEST_MINUTES} minutes`;
      end('SIGKILL');
    }, LONGEST_MINUTES * 60_000);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(limit);
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      resolve({ code: code ?? 1, output, seconds: (performance.now() - started) / 1000 });
    });
  });
}
