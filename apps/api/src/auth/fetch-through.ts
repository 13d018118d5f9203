import type { FetchImplementation } from 'jose';

/**
 * Returns a `fetch` that goes through an HTTP proxy. Its package is loaded on demand: Node's own `fetch` does not support
 * proxies in every version that the service runs on.
 */
export function fetchThrough(proxy: URL): FetchImplementation {
  let loaded: Promise<FetchImplementation> | undefined;
  async function load(): Promise<FetchImplementation> {
    const { fetch, ProxyAgent } = await import('undici');
    // As curl does: a tunnel for https, a request to the proxy itself for http.
    const dispatcher = new ProxyAgent({ uri: proxy.href, proxyTunnel: false });
    return async (url, options) => (await fetch(url, { ...options, dispatcher })) as unknown as Response;
  }
  return async (url, options) => {
    loaded ??= load();
    return (await loaded)(url, options);
  };
}
