import { expect, test } from 'vitest';
import { proxyFor } from './proxy-config.js';

const KEYS = 'https://login.example.com/keys';

function proxy(env: Record<string, string>, url = KEYS) {
  const warnings: string[] = [];
  return { through: proxyFor(new URL(url), env, (sentence) => warnings.push(sentence))?.href, warnings };
}

test.each<[Record<string, string>, string, string | undefined]>([
  [{}, KEYS, undefined],
  [{ HTTPS_PROXY: 'http://proxy.corp:3128' }, KEYS, 'http://proxy.corp:3128/'],
  [{ https_proxy: 'https://user:secret@proxy.corp' }, KEYS, 'https://user:secret@proxy.corp/'],
  [{ https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:1' }, KEYS, 'http://lower:1/'],
  [{ HTTPS_PROXY: 'proxy.corp:3128' }, KEYS, 'http://proxy.corp:3128/'],
  [{ HTTPS_PROXY: '  ' }, KEYS, undefined],
  [{ HTTP_PROXY: 'http://proxy.corp' }, KEYS, undefined],
  [{ HTTP_PROXY: 'http://proxy.corp' }, 'http://login/keys', 'http://proxy.corp/'],
])('%j: %s goes through %s', (env, url, expected) => {
  expect(proxy(env, url)).toEqual({ through: expected, warnings: [] });
});

test.each<[string, string, boolean]>([
  ['*', KEYS, true],
  ['login.example.com', KEYS, true],
  ['LOGIN.Example.com', KEYS, true],
  ['example.com', KEYS, true],
  ['.example.com', KEYS, true],
  ['*.example.com', KEYS, true],
  ['localhost, example.com', KEYS, true],
  ['localhost example.com', KEYS, true],
  ['example.com:443', KEYS, true],
  ['example.com:8443', KEYS, false],
  ['ample.com', KEYS, false],
  ['login.example.com.evil', KEYS, false],
  [',', KEYS, false],
  ['10.0.0.0/8', 'https://10.1.2.3/keys', true],
  ['10.0.0.0/8', 'https://11.1.2.3/keys', false],
  ['10.0.0.0/99', 'https://10.1.2.3/keys', false],
  ['10.1.2.3', 'https://10.1.2.3/keys', true],
  ['::1', 'https://[::1]/keys', true],
  ['[::1]:443', 'https://[::1]/keys', true],
  ['fd00::/8', 'https://[fd00::1]/keys', true],
])('NO_PROXY=%s exempts %s: %s', (NO_PROXY, url, exempt) => {
  const { through } = proxy({ HTTPS_PROXY: 'http://proxy', NO_PROXY }, url);
  expect(through === undefined).toBe(exempt);
  expect(proxy({ HTTPS_PROXY: 'http://proxy', no_proxy: NO_PROXY }, url).through).toBe(through);
});

test.each(['socks5://secret@proxy:1080', 'http://', 'ftp://proxy'])('%s is warned of, and left out', (HTTPS_PROXY) => {
  const { through, warnings } = proxy({ HTTPS_PROXY });
  expect(through).toBeUndefined();
  expect(warnings).toEqual([expect.stringContaining('HTTPS_PROXY is no address of an HTTP proxy')]);
  expect(warnings.join()).not.toContain('secret');
});
