import { Exchange, type Received } from '../http/exchange.js';
import type { PathPattern } from '../http/path-pattern.js';
import type { RequestObserver } from './request-observer.js';

/**
 * Makes a handler of what answers an exchange. Where requests are traced it runs within the span of its request; where
 * they are not there is nothing in between.
 */
export function observed<Result>(
  { within }: RequestObserver,
  pattern: PathPattern,
  answer: (exchange: Exchange) => Result,
): (received: Received) => Result {
  if (within === undefined) return (received) => answer(new Exchange(received, pattern));
  return (received) => {
    const exchange = new Exchange(received, pattern);
    return within(exchange, () => answer(exchange));
  };
}
