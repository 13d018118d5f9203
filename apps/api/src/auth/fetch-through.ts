import type { FetchImplementation } from 'jose';
import type { ProxyAgent } from 'undici';

/**
 * Returns a `fetch` that goes through an HTTP proxy. Its package is loaded on demand: Node's own `fetch` does not support
 * proxies in every version that the service runs on.
 */
export function fetchThrough(proxy: URL): FetchImplementation {
  let dispatcher: ProxyAgent | undefined;
  return async (url, options) => {
    // Node keeps it once it is loaded; a failure is not kept.
    const { fetch, ProxyAgent } = await import('undici');
    // As curl does: a tunnel for https, a request to the proxy itself for http.
    dispatcher ??= new ProxyAgent({ uri: proxy.href, proxyTunnel: false });
    return (await fetch(url, { ...options, dispatcher })) as unknown as Response;
  };
}
