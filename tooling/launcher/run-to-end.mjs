import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter } from 'node:path';
import process from 'node:process';
import { binFolder, rootFolder } from './paths.mjs';

const windows = process.platform === 'win32';
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** How often to check whether npm's shell is still there. */
const ORPHAN_MILLISECONDS = 250;

/** One Ctrl-C reaches the launcher twice, from the terminal and from npm. A person who presses it twice is slower than this. */
const ECHO_MILLISECONDS = 300;

/**
 * Runs a program to its end and returns its exit code (128 + the signal's number when a signal ended it, as shells do).
 *
 * The program gets its own process group, so that Ctrl-C in a terminal does not reach it directly: it would get the signal
 * from the terminal, and once or twice more forwarded. This way every signal goes from the launcher to the program.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, stdout?: 'inherit' | 'stderr', onReady?: ((ready: unknown) => void) | false }} [options]
 *   `env` holds defaults: what is set already stays. `onReady` gets what the program sends over its IPC channel, once.
 * @returns {Promise<number>}
 */
export function runToEnd(program, args, { env = {}, stdout = 'inherit', onReady } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: rootFolder,
      detached: !windows,
      env: childEnvironment(env),
      stdio: ['inherit', stdout === 'stderr' ? 2 : 'inherit', 'inherit', ...(onReady ? ['ipc'] : [])],
    });
    if (onReady) child.once('message', onReady);
    let lastForwarded = Number.NEGATIVE_INFINITY;
    const forward = (signal) => {
      const now = performance.now();
      if (now - lastForwarded < ECHO_MILLISECONDS) return;
      lastForwarded = now;
      // A closed terminal is a reason to stop in an orderly way, which SIGHUP does not ask for.
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    };
    for (const signal of forwarded) process.on(signal, forward);
    // SIGTERM for npm ends the shell between npm and the launcher, and is not forwarded.
    const parent = process.ppid;
    const orphaned = () => {
      if (process.ppid === parent || process.env['npm_lifecycle_event'] === undefined) return;
      clearInterval(watch);
      if (lastForwarded === Number.NEGATIVE_INFINITY) forward('SIGTERM');
    };
    const watch = setInterval(orphaned, ORPHAN_MILLISECONDS);
    const end = (code) => {
      clearInterval(watch);
      for (const signal of forwarded) process.off(signal, forward);
      resolve(code);
    };
    child.on('error', (error) => {
      process.stderr.write(`${program} cannot be started: ${error.message}\n`);
      end(127);
    });
    child.on('exit', (code, signal) => end(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0)));
  });
}

/** The caller's environment with the pinned tools first in PATH, on top of defaults. */
export function childEnvironment(defaults = {}) {
  const path = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return {
    TURBO_TELEMETRY_DISABLED: '1',
    ...defaults,
    ...process.env,
    [path]: [binFolder, process.env[path]].filter(Boolean).join(delimiter),
  };
}
