/** `npm run dev`: compiles on every change, and starts the service anew when what it runs has changed. Ctrl-C ends both. */
import { type ChildProcess, spawn } from 'node:child_process';

const children: ChildProcess[] = [
  spawn(process.execPath, ['node_modules/typescript/bin/tsc', '-b', '--watch', '--preserveWatchOutput'], {
    stdio: 'inherit',
  }),
  // SIGINT, for it ends the service at once; SIGTERM would have it serve on for SHUTDOWN_DELAY.
  spawn(
    process.execPath,
    ['--watch', '--watch-preserve-output', '--watch-kill-signal=SIGINT', 'apps/api/dist/main.js'],
    {
      stdio: 'inherit',
    },
  ),
];

let stopping = false;
function stop(): void {
  if (stopping) return;
  stopping = true;
  for (const child of children) child.kill('SIGINT');
}
process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
for (const child of children) {
  child.on('exit', (code) => {
    // Neither is of use without the other.
    if (!stopping) process.exitCode = code ?? 1;
    stop();
  });
}
