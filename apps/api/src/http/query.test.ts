import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { day, instant, once, repeated, text, wholeNumber } from '../wire/parameters.js';
import { Exchange } from './exchange.js';
import { PathPattern } from './path-pattern.js';
import { Problem } from './problem.js';
import { readQuery } from './query.js';

const doc = { description: '', example: '' };
const schema = z.strictObject({
  size: once(wholeNumber(1, 1000), doc).default(50),
  token: once(text, doc).optional(),
  version: repeated(text, doc).optional(),
  since: once(instant, doc).optional(),
  on: once(day, doc).optional(),
});

/** The query string as Node receives it. */
function read(query: string) {
  const incoming = { url: `/x${query}`, headers: {} } as never;
  return readQuery(new Exchange({ incoming, method: 'GET', path: '/x' }, new PathPattern('/x')), schema);
}

function faultsOf(query: string) {
  const result = read(query);
  return result instanceof Problem ? [result.status, ...(result.faults ?? []).map(({ path }) => path)] : result;
}

describe('a query string', () => {
  it.each([
    ['', {}],
    ['?', {}],
    ['?&&', {}],
    ['?size=7&&token=x&', { size: 7, token: 'x' }],
    ['?size=7#size=8', { size: 7 }],
    ['?token', { token: '' }],
    ['?token=', { token: '' }],
    ['?token=a=b', { token: 'a=b' }],
    ['?token=a+b%2Bc', { token: 'a b+c' }],
    ['?%74oken=%C3%A9', { token: 'é' }],
    // Raw bytes, as Node receives them.
    ['?token=\u00c3\u00a9', { token: 'é' }],
    ['?version=1&version=2&version=', { version: ['1', '2', ''] }],
    [`?${'version=1&'.repeat(100)}`, { version: Array.from({ length: 100 }, () => '1') }],
    ['?since=2026-01-31T09:30:00+01:00', { since: { epochSeconds: 1_769_848_200, microsecond: 0 } }],
    ['?since=2026-01-31t09:30:00.5%2b0100', { since: { epochSeconds: 1_769_848_200, microsecond: 500_000 } }],
    ['?on=1970-01-02', { on: 1 }],
  ])('is read: %s', (query, values) => {
    expect(read(query)).toEqual({ size: 50, ...values });
  });

  it.each([
    ['?unknown=1', '?unknown'],
    ['?Size=1', '?Size'],
    ['?=1', '?'],
    ['?__proto__=1', '?__proto__'],
    ['?token=1&token=1', '?token'],
    ['?size=', '?size'],
    ['?size=0', '?size'],
    ['?size=1001', '?size'],
    ['?size=1.0', '?size'],
    ['?size=+1', '?size'],
    ['?size=-1', '?size'],
    ['?size=99999999999999999999', '?size'],
    ['?token=%', '?token'],
    ['?token=%zz', '?token'],
    ['?token=%ff', '?token'],
    ['?token=\u00ff', '?token'],
    ['?token=%00', '?token'],
    ['?to%zzken=1', '?to%zzken'],
    [`?${'version=1&'.repeat(101)}`, '?version'],
    ['?version=a&version=%00', '?version'],
    ['?since=', '?since'],
    ['?since=2026-01-31T09:30:00', '?since'],
    ['?since=2026-01-31+09:30:00Z', '?since'],
    ['?since=2026-02-30T09:30:00Z', '?since'],
    ['?on=2026-02-29', '?on'],
    [`?${'n'.repeat(200)}=1`, `?${'n'.repeat(100)}…`],
  ])('is refused, by the name of the parameter: %s', (query, path) => {
    expect(faultsOf(query)).toEqual([400, path]);
  });

  it('reports all faults at once', () => {
    const faults = faultsOf('?size=x&token=%00&since=y&on=z&other=1&more=%zz&version=%ff');
    expect(faults).toEqual([400, '?more', '?version', '?size', '?token', '?since', '?on', '?other']);
  });

  it('names the rule and never the value', () => {
    expect(read('?size=secret')).toMatchObject({
      detail: 'The query string is not valid.',
      faults: [{ path: '?size', message: 'must be a whole number from 1 to 1000' }],
    });
  });
});
