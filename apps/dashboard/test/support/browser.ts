/** The cookies of a browser, as far as one host goes. */
export function cookieJar() {
  const cookies = new Map<string, string>();
  return {
    cookies,
    header: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    keep(response: Response) {
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      return response;
    },
    async fetch(url: URL): Promise<Response> {
      return this.keep(await fetch(url, { redirect: 'manual', headers: { cookie: this.header() } }));
    },
  };
}

/** Follows redirects as a browser does. */
export async function browse(start: URL, fetch: (url: URL) => Promise<Response>) {
  const visited: string[] = [];
  for (let url = start; visited.length < 20; ) {
    visited.push(url.href);
    const response = await fetch(url);
    const location = response.headers.get('location');
    const text = await response.text();
    if (location === null) return { visited, text, status: response.status };
    url = new URL(location, url);
  }
  throw new Error(`No end of redirects: ${visited.join(' ')}`);
}
