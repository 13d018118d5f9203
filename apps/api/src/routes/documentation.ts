import { readFile } from 'node:fs/promises';
import { basename } from 'node:path/posix';
import { type Answer, jsonText } from '../http/answer.js';
import { etagOf, judge } from '../http/etag.js';
import { documentDocs } from '../openapi/service-docs.js';
import type { Operation } from '../pipeline/operation.js';
import { publicly } from './publicly.js';

/**
 * The OpenAPI document and, outside production, a page to read it and to try things out.
 *
 * @param write writes the document
 */
export function documentationOperations(write: () => object, production: boolean): Operation[] {
  // Written on the first request, and only once: it takes longer than most requests, and anyone may make this one.
  const theDocument = once(write);
  const asJson = once(() => jsonText(200, JSON.stringify(theDocument())));
  const asYaml = once(async () => {
    const { stringify } = await import('yaml');
    return { status: 200, content: { type: 'application/yaml', body: stringify(theDocument()) } };
  });
  const always: Operation[] = [
    publicly('/openapi.json', documentDocs.json, asJson),
    publicly('/openapi.yaml', documentDocs.yaml, asYaml),
  ];
  return production ? always : [...always, ...pageOperations()];
}

/** Computes it on the first call, and returns the same value on all others; a failure is not kept. */
function once<Made>(make: () => Made): () => Made {
  let made: { readonly value: Made } | undefined;
  return () => {
    if (made === undefined) {
      made = { value: make() };
      if (made.value instanceof Promise) {
        made.value.catch(() => {
          made = undefined;
        });
      }
    }
    return made.value;
  };
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Polaris Telemetry</title>
    <link rel="icon" href="favicon-32x32.png">
    <link rel="stylesheet" href="swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="swagger-ui-bundle.js"></script>
    <script src="start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '../openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
`;

/** Only the page's own files, and no other page around it. Swagger UI writes styles into its elements. */
const PAGE_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
} as const;

function pageOperations(): Operation[] {
  return [
    // Relative, so that it also works behind a proxy that adds a prefix.
    // Temporary: a browser keeps a permanent redirect, and the next service at this address may have its own page there.
    publicly('/', undefined, () => ({ status: 307, headers: { Location: 'ui/' } })),
    publicly('/ui', documentDocs.redirect, () => ({ status: 308, headers: { Location: 'ui/' } })),
    publicly('/ui/', undefined, () => pageFile('text/html; charset=utf-8', PAGE)),
    publicly('/ui/start.js', undefined, () => pageFile('text/javascript; charset=utf-8', START)),
    packageFile(import.meta.resolve('swagger-ui-dist/swagger-ui.css'), 'text/css; charset=utf-8'),
    packageFile(import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'), 'text/javascript; charset=utf-8'),
    packageFile(import.meta.resolve('swagger-ui-dist/favicon-32x32.png'), 'image/png'),
  ];
}

function pageFile(type: string, body: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>): Answer {
  return { status: 200, content: { type, body }, headers: { ...PAGE_HEADERS, ...headers } };
}

/** A file of swagger-ui-dist, read once, and sent only to browsers that do not have it. */
function packageFile(url: string, type: string): Operation {
  let etag = '';
  const answer = once(async () => {
    const bytes = Uint8Array.from(await readFile(new URL(url)));
    etag = etagOf(bytes);
    return pageFile(type, bytes, { ETag: etag });
  });
  return publicly(`/ui/${basename(url)}`, undefined, async (exchange) => {
    const file = await answer();
    const verdict = judge({ ifMatch: undefined, ifNoneMatch: exchange.header('if-none-match') }, etag);
    return verdict === 'not-modified' ? { status: 304, headers: { ETag: etag } } : file;
  });
}
