import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const HERE = new URL('./run-program.ts', import.meta.url);

function run(main: string) {
  const script = `import { runProgram } from ${JSON.stringify(HERE)};
    await runProgram('bench', async (cleanup) => {
      cleanup.add(() => console.log('undone'));
      ${main}
    });`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

it('says that a signal has stopped it, not what the same signal did to what it had started', () => {
  const main = `const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    cleanup.add(() => pause(100));
    process.kill(process.pid, 'SIGINT');
    await pause(20);
    throw new Error('floor has ended');`;
  expect(run(main)).toEqual({ status: 130, stdout: 'undone\n', stderr: 'bench: stopped by SIGINT\n' });
});

it('says an error in one line, and undoes what was started', () => {
  expect(run(`throw new Error('floor has ended');`)).toEqual({
    status: 1,
    stdout: 'undone\n',
    stderr: 'bench: floor has ended\n',
  });
});
