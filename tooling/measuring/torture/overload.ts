import type { FloodOrder, FloodResult } from '../kit/flood.ts';
import { takeSerials } from '../kit/load.ts';
import { flood } from '../kit/open-loop.ts';
import type { Target } from './target.ts';
import type { Verdict } from './verdict.ts';

/** Floods the service, and notes every answer that an overload does not explain. */
export async function overloadWith(
  target: Target,
  verdict: Verdict,
  order: Omit<FloodOrder, 'port' | 'templates' | 'firstSerial' | 'whenBusy'>,
): Promise<FloodResult> {
  const { port } = target;
  const result = await flood({
    ...order,
    port,
    templates: target.templates(),
    firstSerial: takeSerials(),
    whenBusy: 'drop',
  });
  for (const status of Object.keys(result.byStatus)) {
    if (!['200', '503'].includes(status)) verdict.fault(`a request of the flood was answered ${status}`);
  }
  if (result.unexplained > 0) verdict.fault('the flood saw a 503 without Retry-After');
  if (result.hung > 0) verdict.fault(`${result.hung} requests of the flood hung`);
  return result;
}
