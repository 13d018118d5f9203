import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Program } from '../test/support/program.ts';

const runner = new URL('run-to-end.mjs', import.meta.url).href;

/** A service that needs a moment to stop, and says how often it was asked to. */
const service = `
  let asked = 0;
  const stop = (signal) => {
    if (++asked === 1) setTimeout(() => { console.log('asked ' + asked + ' times, by ' + signal); process.exit(0); }, 200);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  setInterval(() => {}, 1000);
  console.log('ready ' + process.pid);
`;

/** A service that has to be asked twice. */
const stubborn = `
  process.once('SIGINT', () => {
    console.log('asked once');
    process.once('SIGINT', () => process.exit(0));
  });
  setInterval(() => {}, 1000);
  console.log('ready');
`;

describe('runToEnd', () => {
  test.each([
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGHUP', 'SIGTERM'],
  ] as const)('hands %s on once, as %s, however often it arrives, and ends with 0', async (signal, handedOn) => {
    const launcher = launch(service);
    await launcher.says(/ready/);
    // Ctrl-C: the terminal's signal and npm's.
    launcher.process.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    launcher.process.kill(signal);
    expect(await launcher.exit).toEqual({ code: 0, signal: null });
    expect(launcher.stdout).toContain(`asked 1 times, by ${handedOn}`);
  });

  test('asks again when a person does', async () => {
    const launcher = launch(stubborn);
    await launcher.says(/ready/);
    launcher.process.kill('SIGINT');
    await launcher.says(/asked once/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    launcher.process.kill('SIGINT');
    expect(await launcher.exit).toEqual({ code: 0, signal: null });
  });

  test.skipIf(process.platform === 'win32')(
    'ends the program when npm, and with it its shell, was asked to end',
    async () => {
      const launcher = launch(service, { npm_lifecycle_event: 'start' });
      await launcher.says(/ready/);
      launcher.process.kill('SIGTERM');
      expect(await launcher.exit).toEqual({ code: null, signal: 'SIGTERM' });
      expect(launcher.stdout).toContain('asked 1 times, by SIGTERM');
    },
  );

  test('ends with the code of the program, or 128 + the signal that killed it', async () => {
    expect(await launch('process.exit(3)').exit).toEqual({ code: 3, signal: null });
    expect(await launch(`process.kill(process.pid, 'SIGKILL')`).exit).toEqual({ code: 137, signal: null });
  });

  test.runIf(process.platform === 'linux')('gives the program a process group of its own', async () => {
    // Otherwise Ctrl-C in a terminal would reach it twice: directly, and forwarded.
    const launcher = launch(`
      const group = require('fs').readFileSync('/proc/self/stat', 'utf8').split(' ')[4];
      console.log('group ' + group + ' of ' + process.pid);
    `);
    await launcher.exit;
    const [, group, pid] = /group (\d+) of (\d+)/.exec(launcher.stdout) ?? [];
    expect(group).toMatch(/^\d+$/);
    expect(group).toBe(pid);
  });
});

/** @param underShell what is set in the environment when a shell stands in between, as npm's does */
function launch(script: string, underShell?: Record<string, string>) {
  const code = `
    import { runToEnd } from ${JSON.stringify(runner)};
    process.exitCode = await runToEnd(process.execPath, ['-e', ${JSON.stringify(script)}]);
  `;
  const node = [process.execPath, '--input-type=module', '-e', code];
  const [file = '', ...args] = underShell === undefined ? node : ['sh', '-c', '"$@"; true', 'sh', ...node];
  const child = spawn(file, args, {
    env: { ...process.env, npm_lifecycle_event: undefined, ...underShell },
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Program(child);
}
