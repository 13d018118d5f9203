import { BlockList, isIP } from 'node:net';
import type { Env } from './read-settings.js';

/**
 * Returns the proxy for an address, from the variables that curl and Python respect: HTTPS_PROXY or HTTP_PROXY by the
 * address's scheme, and NO_PROXY; each also in lower case, which takes precedence. They belong to the platform and are not
 * settings of the service, so a wrong value never prevents a start.
 *
 * @param warn called with one sentence, without values, because they may hold a password
 */
export function proxyFor(url: URL, env: Env, warn: (sentence: string) => void): URL | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const written = read(env, name);
  if (written === undefined || isExempt(url, read(env, 'NO_PROXY') ?? '')) return undefined;
  const proxy = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`);
  if (proxy !== null && /^https?:$/.test(proxy.protocol)) return proxy;
  warn(`${name} is no address of an HTTP proxy: the keys of tokens are fetched without it.`);
  return undefined;
}

function read(env: Env, name: string): string | undefined {
  return env[name.toLowerCase()]?.trim() || env[name]?.trim() || undefined;
}

/** Whether a list of hosts, domains, networks (10.0.0.0/8) and `*`, each with an optional port, includes the address. */
function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*' || isIn(host, entry)) return true;
      if (isIP(entry) !== 0) return host === entry;
      const [, name = '', entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (entryPort !== undefined && entryPort !== port) return false;
      const domain = name.replace(/^\*?\.|^\[|\]$/g, '');
      return host === domain || host.endsWith(`.${domain}`);
    });
}

function isIn(host: string, entry: string): boolean {
  const [, network = '', prefix] = /^([0-9a-f.:]+)\/(\d+)$/.exec(entry) ?? [];
  const kind = isIP(host) === 6 ? 'ipv6' : 'ipv4';
  if (prefix === undefined || isIP(host) === 0 || isIP(network) !== isIP(host)) return false;
  const list = new BlockList();
  try {
    list.addSubnet(network, Number(prefix), kind);
  } catch {
    return false;
  }
  return list.check(host, kind);
}
