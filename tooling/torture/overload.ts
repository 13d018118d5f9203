import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Cleanup } from '../bench/src/cleanup.ts';
import type { FloodOrder, FloodResult } from './flood.ts';
import type { Target } from './target.ts';
import type { Verdict } from './verdict.ts';

/** Floods the service from another process. */
export async function flood(
  target: Target,
  cleanup: Cleanup,
  verdict: Verdict,
  order: Omit<FloodOrder, 'port' | 'templates'>,
): Promise<FloodResult> {
  const child = fork(fileURLToPath(new URL('./flood.ts', import.meta.url)));
  cleanup.add(() => void child.kill('SIGKILL'));
  child.send({ ...order, port: target.port, templates: target.templates() } satisfies FloodOrder);
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('the flood has dried up');
    }),
  ]);
  const result: FloodResult = message;
  for (const status of Object.keys(result.byStatus)) {
    if (!['200', '503'].includes(status)) verdict.fault(`a request of the flood was answered ${status}`);
  }
  if (result.unexplained > 0) verdict.fault('the flood saw a 503 without Retry-After');
  if (result.hung > 0) verdict.fault(`${result.hung} requests of the flood hung`);
  return result;
}
