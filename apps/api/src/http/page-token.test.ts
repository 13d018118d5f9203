import { describe, expect, it } from 'vitest';
import { Exchange } from './exchange.js';
import { pageToken, placeOf } from './page-token.js';
import { PathPattern } from './path-pattern.js';
import { Problem } from './problem.js';

function ask(target: string) {
  const [path = ''] = target.split('?');
  const incoming = { url: target, headers: {} } as never;
  return new Exchange({ incoming, method: 'GET', path }, new PathPattern('/list/{id}'));
}

const PLACE = '["2022-01-01 00:00:00","é",""]';
const token = pageToken(ask('/list/1?b=2&a=1'), PLACE);

describe('a page token', () => {
  it.each([
    `/list/1?b=2&a=1&page_token=${token}`,
    `/list/1?page_token=${token}&a=1&b=2`,
    `/list/1?page_token=${token}&&a=%31&b=2&page_size=7`,
    `/list/%31?page_token=${token}&a=1&b=2`,
  ])('leads to its place, whatever the order and the encoding of the parameters: %s', (target) => {
    expect(placeOf(ask(target))).toBe(PLACE);
  });

  it.each([
    `/list/2?a=1&b=2&page_token=${token}`,
    `/list/1?a=1&page_token=${token}`,
    `/list/1?a=1&b=3&page_token=${token}`,
    `/list/1?a=1&b=2&b=2&page_token=${token}`,
    `/list/1?a=1&b=2&c=&page_token=${token}`,
    '/list/1?a=1&b=2&page_token=',
    '/list/1?a=1&b=2&page_token',
  ])('is refused elsewhere: %s', (target) => {
    expect(placeOf(ask(target))).toBeInstanceOf(Problem);
  });

  it('is refused when one of its characters is missing, added or changed', () => {
    for (let index = 0; index <= token.length; index++) {
      const [before, after] = [token.slice(0, index), token.slice(index)];
      for (const text of [before + after.slice(1), `${before}x${after}`, `${before}${'%00'}${after.slice(1)}`]) {
        if (text !== token) expect(placeOf(ask(`/list/1?a=1&b=2&page_token=${text}`)), text).toBeInstanceOf(Problem);
      }
    }
  });

  it('is absent where there is none', () => {
    expect(placeOf(ask('/list/1?a=1'))).toBeUndefined();
  });
});
