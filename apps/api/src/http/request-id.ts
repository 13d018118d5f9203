import { randomUUID } from 'node:crypto';

const SANE = /^[\x21-\x7e]{1,128}$/;

/** What can be asked for a header by its name in lower case. */
interface Headers {
  header(name: string): string | undefined;
}

/**
 * The id that a request goes by in the answer and the logs: what a client, a gateway or Amazon's load balancer called
 * it, if that is 1 to 128 visible ASCII characters, else a new UUID.
 */
export function requestIdOf(headers: Headers): string {
  return (
    sane(headers.header('x-request-id')) ??
    sane(headers.header('x-correlation-id')) ??
    amazonTraceId(headers.header('x-amzn-trace-id')) ??
    randomUUID()
  );
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
