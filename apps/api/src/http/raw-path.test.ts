import { expect, it } from 'vitest';
import { decodeSegment, rawPath } from './raw-path.js';

const pathOf = (url: string) => rawPath(new Request('http://localhost/'), { env: { incoming: { url } } } as never);

it.each([
  ['/running', '/running'],
  ['/running?a=/b', '/running'],
  ['/running#fragment', '/running'],
  ['/a/../b/./c', '/a/../b/./c'],
  ['/a//b', '/a//b'],
  ['/%72unning', '/running'],
  ['/a/%2E%2e/%2f/%25', '/a/../%2f/%25'],
  ['/%2572', '/%2572'],
  // Broken encodings must not become good ones: %41 is a letter.
  ['/%%341', '/%%341'],
  ['/%4%31', '/%4%31'],
  ['/%72unning/%', '/%72unning/%'],
  ['http://host:80/running?x', '/running'],
  ['HTTP://host/a/../b', '/a/../b'],
  ['http://host', '/'],
  ['http://host?x', '/'],
  ['/?x', '/'],
  ['?x', '/'],
])('finds the path of %s as it was sent: %s', (url, path) => {
  expect(pathOf(url)).toBe(path);
});

it('finds it in the URL where there is no message of Node', () => {
  expect(rawPath(new Request('http://localhost/a%20b?x'))).toBe('/a%20b');
});

it.each([
  ['plain', 'plain'],
  ['%C3%A9', 'é'],
  ['%c3%a9', 'é'],
  // Raw bytes, as Node gives them.
  ['\u00c3\u00a9', 'é'],
  ['%2541', '%41'],
  ['a+b', 'a+b'],
  ['%00', '\0'],
  ['%', undefined],
  ['%4', undefined],
  ['%zz', undefined],
  ['%u0041', undefined],
  ['%E9', undefined],
  ['%ED%A0%80', undefined],
  ['\u00e9', undefined],
])('decodes %j once: %j', (segment, text) => {
  expect(decodeSegment(segment)).toBe(text);
});
