import { AsyncLocalStorage } from 'node:async_hooks';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Exchange } from '../http/exchange.js';
import { CALLER_GONE } from '../http/problems.js';
import type { Work } from './operation.js';

const signals = new AsyncLocalStorage<AbortSignal>();

/** Made once: an error for each closed connection would cost its stack. */
const GONE = new Error('the client has gone');

/** How often a client that sends nothing more is asked for a sign of life, in milliseconds. */
const PROBE = 500;

/** Aborts when the client for whom the present work reads goes away; undefined outside such work. */
export function callerSignal(): AbortSignal | undefined {
  return signals.getStore();
}

/** Wraps work that only reads, so that it ends, in the database too, when its client goes away. */
export function endingWithCaller(work: Work, exchange: Exchange): Work {
  return async () => {
    const signal = signalOf(exchange);
    try {
      return await signals.run(signal, work);
    } catch (error) {
      if (signal.aborted) return CALLER_GONE;
      throw error;
    }
  };
}

function signalOf({ request, incoming, outgoing }: Exchange): AbortSignal {
  const gone = new AbortController();
  if (outgoing === undefined) return request?.signal ?? gone.signal;
  const abort = () => gone.abort(GONE);
  if (outgoing.closed) abort();
  else outgoing.once('close', abort);
  if (incoming?.httpVersion === '1.1') watchEnd(incoming.socket, outgoing);
  return gone.signal;
}

/**
 * A client that has closed its sending side may still wait for its answer (RFC 9112, section 9.6), or be gone: only writing
 * tells. An interim response is what may be written before the answer; a second one fails if the first was refused.
 */
function watchEnd(socket: Socket, outgoing: ServerResponse): void {
  let timer: NodeJS.Timeout | undefined;
  const probe = () => {
    if (outgoing.headersSent || outgoing.closed) return;
    outgoing.writeProcessing();
    timer = setTimeout(probe, PROBE).unref();
  };
  if (socket.readableEnded) probe();
  else socket.once('end', probe);
  outgoing.once('close', () => {
    clearTimeout(timer);
    socket.off('end', probe);
  });
}
