import { Exchange, type Received } from '../http/exchange.js';
import type { RequestObserver } from './request-observer.js';

/**
 * Makes a handler of what answers an exchange. Where requests are traced it runs within the span of its request; where
 * they are not there is nothing in between.
 */
export function observed<Result>(
  { within }: RequestObserver,
  route: string,
  answer: (exchange: Exchange) => Result,
): (received: Received) => Result {
  if (within === undefined) return (received) => answer(new Exchange(received, route));
  return (received) => {
    const exchange = new Exchange(received, route);
    return within(exchange, () => answer(exchange));
  };
}
