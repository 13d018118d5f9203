/** `npm run dev`: compiles on every change, and restarts the service when what it runs has changed. Ctrl-C ends both. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Ready } from './welcome.ts';

const compiler = spawn(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-b', '--watch', '--preserveWatchOutput'],
  { stdio: 'inherit' },
);
// SIGINT, because it ends the service at once; SIGTERM would keep it serving for SHUTDOWN_DELAY.
const service = spawn(
  process.execPath,
  ['--watch', '--watch-preserve-output', '--watch-kill-signal=SIGINT', 'apps/api/dist/main.js'],
  { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
);
const children: readonly ChildProcess[] = [compiler, service];

let welcomed: number | undefined;
service.on('message', (message: Ready | object) => {
  // The watcher has its own messages. After a restart on the same port, all that was printed still holds but a code that was not used.
  if (!('port' in message) || message.port === welcomed) return;
  welcomed = message.port;
  spawn(process.execPath, ['tooling/welcome.ts', JSON.stringify(message)], { stdio: 'inherit' });
});

let stopping = false;
function stop(): void {
  if (stopping) return;
  stopping = true;
  for (const child of children) child.kill('SIGINT');
}
process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
for (const child of children) {
  child.on('exit', (code) => {
    // Neither is useful without the other.
    if (!stopping) process.exitCode = code ?? 1;
    stop();
  });
}
