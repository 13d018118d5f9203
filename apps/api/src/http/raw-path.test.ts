import { expect, it } from 'vitest';
import { rawPath } from './raw-path.js';

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
  ['http://localhost/a%20b?x', '/a%20b'],
])('finds the path of %s as it was sent: %s', (url, path) => {
  expect(rawPath(url)).toBe(path);
});
