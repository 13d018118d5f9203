import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Load, LoadResult } from './load.ts';
import { rawPieces } from './requests.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./load.lua', import.meta.url));

/** Returns wrk and its version, or undefined without wrk. */
export async function wrkVersion(): Promise<string | undefined> {
  try {
    // It exits with 1 after its version, as after its usage.
    await run('wrk', ['-v']);
  } catch (error) {
    const { code, stdout } = error as { code?: unknown; stdout?: string };
    if (code === 'ENOENT') return undefined;
    return /^wrk \S+/.exec(stdout ?? '')?.[0];
  }
  return 'wrk';
}

/** As many requests as the server answers over the connections, by wrk on one thread. */
export async function runWrk(load: Load): Promise<LoadResult> {
  const plan = join(load.folder, 'plan');
  const line = (parts: readonly string[]): string => `${parts.map((part) => `${part}\x02`).join('')}\x01`;
  writeFileSync(
    plan,
    load.templates
      .map((template) => {
        const [toToken, toVarying, rest] = rawPieces(template);
        return line([toToken, template.token, toVarying, rest, template.varying]);
      })
      .join(''),
  );
  const args = [`-t1`, `-c${load.connections}`, `-d${load.seconds}s`, '--latency', '-s', SCRIPT];
  args.push(`http://127.0.0.1:${load.port}/`, '--', plan, `${load.firstSerial}`, `${load.owners}`);
  if (load.freshTokens !== undefined) {
    const tokens = join(load.folder, 'fresh-tokens');
    writeFileSync(tokens, load.freshTokens.map((token) => `${token}\x01`).join(''));
    args.push(tokens, `${load.freshEvery ?? 1}`);
  }
  const { stdout } = await runToItsEnd(args);
  const json = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (json === undefined) throw new Error(`wrk printed no result:\n${stdout}`);
  const { freshMissing, ...result } = JSON.parse(json) as LoadResult & { readonly freshMissing: number };
  if (freshMissing > 0) throw new Error(`wrk needed ${freshMissing} more fresh tokens than it was given`);
  return result;
}

/** Waits for wrk. A signal that ends this process during a long load ends wrk too. */
async function runToItsEnd(args: readonly string[]): Promise<{ stdout: string }> {
  const running = run('wrk', args);
  const kill = (): void => void running.child.kill();
  process.once('exit', kill);
  try {
    return await running;
  } finally {
    process.off('exit', kill);
  }
}
