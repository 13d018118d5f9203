import { parseAccept } from 'hono/utils/accept';
import type { Exchange } from './exchange.js';

/** Whether a request prefers CSV to JSON (RFC 9110, section 12.5.1). Without a preference it gets JSON. */
export function prefersCsv(exchange: Exchange): boolean {
  const accept = exchange.header('accept');
  if (accept === undefined) return false;
  const ranges = parseAccept(accept);
  const quality = (type: string, subtype: string): number => {
    // The most specific matching range decides.
    for (const wanted of [`${type}/${subtype}`, `${type}/*`, '*/*']) {
      const range = ranges.find((each) => each.type.toLowerCase() === wanted);
      if (range !== undefined) return range.q;
    }
    return 0;
  };
  return quality('text', 'csv') > quality('application', 'json');
}
