import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const SANE = /^[\x21-\x7e]{1,128}$/;

/** A lookup of headers by lower-case name. */
interface Headers {
  header(name: string): string | undefined;
}

/**
 * Returns the id that a request was sent with, by the client, a gateway or Amazon's load balancer, if it is 1 to 128 visible
 * ASCII characters.
 */
export function sentRequestId(headers: Headers): string | undefined {
  return (
    sane(headers.header('x-request-id')) ??
    sane(headers.header('x-correlation-id')) ??
    amazonTraceId(headers.header('x-amzn-trace-id'))
  );
}

/** Returns a request's id for the answer and the logs: the one that it was sent with, otherwise a new UUID. */
export function requestIdOf(headers: Headers): string {
  return sentRequestId(headers) ?? randomUUID();
}

/** The headers of a request that is not an exchange yet. */
export function headersOf({ headers }: IncomingMessage): Headers {
  return {
    header(name) {
      const value = headers[name];
      return typeof value === 'string' ? value : undefined;
    },
  };
}

/** How much of a packet to scan: more than the longest permitted headers. */
const LOOKED_THROUGH = 65_536;

/** Something like a header, in a packet that the HTTP parser could not parse. */
export function headersIn(packet: Buffer | undefined): Headers {
  const text = packet?.toString('latin1', 0, LOOKED_THROUGH) ?? '';
  return { header: (name) => new RegExp(`^${name}:[ \\t]*([\\x21-\\x7e]+)[ \\t]*\\r?$`, 'im').exec(text)?.[1] };
}

function sane(id: string | undefined): string | undefined {
  return id !== undefined && SANE.test(id) ? id : undefined;
}

/** `Self=1-67891234-…;Root=1-67891233-…`: Self is the balancer's own entry, Root the whole request's. */
function amazonTraceId(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const fields = new Map(header.split(';').map((field) => splitOnce(field.trim())));
  return sane(fields.get('Self')) ?? sane(fields.get('Root'));
}

function splitOnce(field: string): [string, string] {
  const equals = field.indexOf('=');
  return equals < 0 ? [field, ''] : [field.slice(0, equals), field.slice(equals + 1)];
}
