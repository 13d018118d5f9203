import type { App } from '../http/received.js';
import type { Operation } from '../pipeline/operation.js';
import { HEADERS } from './headers.js';

const SCHEME = 'bearer';

const DESCRIPTION = `What is installed where: the phones of patients, the desktops of clinicians, and the blood glucose meters that report through the phones.

Every error is \`application/problem+json\` (RFC 9457) and reports all faults of a request at once. Every answer carries an \`X-Request-ID\`; name it when you report a problem. Requests may be conditional (\`If-Match\`, \`If-None-Match\`), HEAD works wherever GET does, and OPTIONS lists the methods of an address. Ids are compared exactly, letter case included: some systems write UUIDs in upper case (Swift’s \`UUID().uuidString\`), and \`A1…\` is not \`a1…\`.`;

const TAGS = [
  { name: 'Patient installations', description: 'The phones on which patients have installed the app.' },
  { name: 'Clinician installations', description: 'The desktops on which clinicians use the app.' },
  { name: 'Blood glucose meters', description: 'Patients’ meters and the outcome of their verification readings.' },
  { name: 'Search', description: 'Finds records across people. For staff.' },
  {
    name: 'Reports',
    description: 'Figures across people; each one leads to exactly the people in it. For staff.',
  },
  { name: 'People', description: 'Everything held about one person, its erasure, and who looked at whose data.' },
  { name: 'Exports', description: 'Whole tables, for a warehouse. For staff.' },
  { name: 'Service', description: 'For operators, balancers and testers.' },
];

/** Adds an operation to the OpenAPI document, with what follows from its policy. */
function documentOperation(app: App, { doc: describe, method, path, policy }: Operation): void {
  if (describe === undefined) return;
  const doc = describe();
  const security = policy.needsToken ? [{ [SCHEME]: [] }] : [];
  const description = [doc.description, policy.needs].filter(Boolean).join(' ');
  app.openAPIRegistry.registerPath({ method, path, security, ...doc, description });
}

/** Returns the OpenAPI document of an application's operations. To be called once. */
export function documentOf(app: App, operations: readonly Operation[], version: string): object {
  for (const operation of operations) documentOperation(app, operation);
  app.openAPIRegistry.registerComponent('securitySchemes', SCHEME, {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token of the platform’s own issuer or of the people’s issuer. Writing needs the scope `write:gdm_telemetry` and the owner’s id among its claims; reading needs `read:gdm_telemetry` and the same, or `read:gdm_telemetry_all`.',
  });
  for (const [key, { description, schema, example }] of Object.entries(HEADERS)) {
    app.openAPIRegistry.registerComponent('headers', key, { description, schema: { ...schema }, example });
  }
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Polaris Telemetry',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    // Relative to the document, so that it also works behind a path prefix.
    servers: [{ url: '.', description: 'The service that serves this document.' }],
    tags: TAGS,
  });
}
