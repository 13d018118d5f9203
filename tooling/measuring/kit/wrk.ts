import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Contestant } from './contestants.ts';
import type { Counted, Load } from './load.ts';
import { rawPieces } from './requests.ts';

const SCRIPT = fileURLToPath(new URL('./load.lua', import.meta.url));

/** wrk and its version, or undefined without wrk. It exits with 1 after its version, as after its usage. */
export const wrkVersion = versionOf(spawnSync('wrk', ['-v'], { encoding: 'utf8' }));

function versionOf({ error, stdout }: { readonly error?: Error; readonly stdout: string }): string | undefined {
  return error === undefined ? (/^wrk \S+/.exec(stdout)?.[0] ?? 'wrk') : undefined;
}

/** Sends as many requests as the server answers, by wrk on one thread. */
export async function runWrk({ port, logFile }: Contestant, load: Load, firstSerial: number): Promise<Counted> {
  const { connections, seconds, templates, fresh } = load;
  const plan = `${logFile}.${port}.plan`;
  const line = (parts: readonly string[]): string => `${parts.map((part) => `${part}\x02`).join('')}\x01`;
  const lines = templates.map((template) => {
    const [toToken, toVarying, rest] = rawPieces(template);
    return line([toToken, template.token, toVarying, rest, template.varying]);
  });
  writeFileSync(plan, lines.join(''));
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', SCRIPT, `http://127.0.0.1:${port}/`];
  args.push('--', plan, `${firstSerial}`);
  if (fresh !== undefined) {
    const tokens = `${plan}.tokens`;
    writeFileSync(tokens, fresh.tokens.map((token) => `${token}\x01`).join(''));
    args.push(tokens, `${fresh.every}`, `${fresh.owners}`);
  }
  const { stdout } = await runToItsEnd(args);
  const json = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (json === undefined) throw new Error(`wrk printed no result:\n${stdout}`);
  const { freshMissing, ...result } = JSON.parse(json) as Counted & { readonly freshMissing: number };
  if (freshMissing > 0) throw new Error(`wrk needed ${freshMissing} more fresh tokens than it was given`);
  return result;
}

/** Waits for wrk. A signal that ends this process during a long load ends wrk too. */
async function runToItsEnd(args: readonly string[]): Promise<{ stdout: string }> {
  const running = promisify(execFile)('wrk', args);
  const kill = (): void => void running.child.kill();
  process.once('exit', kill);
  try {
    return await running;
  } finally {
    process.off('exit', kill);
  }
}
