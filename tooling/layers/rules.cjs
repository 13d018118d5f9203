/**
 * The layer rules of the hexagon: imports only point inwards, and the two sides meet in one place.
 * Checked by `npm run verify`; tooling/layers/layers.test.ts plants a breach of each rule and sees it found.
 */
const TEST_CODE = '(\\.test\\.tsx?$|^packages/[^/]+/test/|^apps/[^/]+/test/|vitest\\.config\\.ts$)';
const TESTING = '^packages/domain/(testing|dist/testing)/';
const DOMAIN = '^packages/domain/(src|dist/src)/';
const ADAPTERS = '^packages/adapters/(src|dist)/';
const FLEET = '^packages/adapters/src/postgres/fleet/';
const CLIENT = '^packages/client/src/';
const DASHBOARD = '^apps/dashboard/(src|dist)/';
const EMBEDDED = '^packages/adapters/(src|dist)/postgres/embedded';
const OTLP = '^apps/api/src/observability/otlp/';
const COMPOSITION_ROOT = '^apps/api/src/(container|dashboard|database|main)\\.ts$';
const API = '^apps/api/src/';
const ENTRANCES = `${API}routes/(blood-glucose-meters|clinician-installation|documentation|exports|owner-lists|patient-installation|system|unmatched)\\.ts$`;

/** The rooms of the API, and the others that each may know. Rooms not named here are further out. */
const ROOMS = {
  http: { knows: [], comment: 'The vocabulary of HTTP: it knows no operation, no token and no process.' },
  config: { knows: [], comment: 'Settings are read before anything else is there.' },
  wire: { knows: [], comment: 'JSON to domain values and back, whatever carries it.' },
  auth: { knows: ['config'], comment: 'From a token to a grant, without a request in sight.' },
  pipeline: { knows: ['auth', 'http'], comment: 'The way of every request: it knows operations, and none of them.' },
  openapi: { knows: ['http', 'pipeline'], comment: 'What the document says of operations; it does nothing.' },
  routes: {
    knows: ['auth', 'http', 'openapi', 'pipeline', 'wire'],
    comment: 'Operations: nothing of sockets and processes.',
  },
  server: { knows: ['http', 'pipeline/request-observer'], comment: 'Sockets: no operation in sight.' },
  observability: {
    knows: ['config', 'http', 'pipeline'],
    comment: 'Logs, metrics, traces: nothing of what operations do.',
  },
};

const npm = (...names) => names.map((name) => `node_modules/${name}/|node_modules/@types/${name}/`).join('|');

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or want a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-knows-only-itself',
      comment: 'The inside depends on nothing: no package, no other layer.',
      severity: 'error',
      from: { path: DOMAIN, pathNot: TEST_CODE },
      to: { pathNot: DOMAIN },
    },
    {
      name: 'testing-knows-only-the-domain',
      comment: 'What the domain lends to tests (contracts, in-memory repositories) runs under any test runner.',
      severity: 'error',
      from: { path: TESTING, pathNot: TEST_CODE },
      to: { pathNot: `${DOMAIN}|${TESTING}` },
    },
    {
      name: 'adapters-know-domain-kysely-pg-node',
      comment: 'The driven side: PostgreSQL and the domain, no HTTP, no container, no composition.',
      severity: 'error',
      from: { path: ADAPTERS, pathNot: TEST_CODE },
      to: { pathNot: `${ADAPTERS}|${DOMAIN}|${npm('kysely', 'pg')}`, dependencyTypesNot: ['core'] },
    },
    {
      name: 'fleet-reads-and-writes-apart',
      comment: 'What keeps the derived tables knows neither what reads them nor what checks them.',
      severity: 'error',
      from: { path: `${FLEET}(fold|queries)/` },
      to: { path: FLEET, pathNot: `${FLEET}($1/|[^/]+$)` },
    },
    {
      name: 'adapters-are-plugged-in-one-place',
      comment: 'Within the API only the composition root knows which adapters there are.',
      severity: 'error',
      from: { path: '^apps/api/src/', pathNot: `${COMPOSITION_ROOT}|${TEST_CODE}` },
      to: { path: ADAPTERS },
    },
    {
      name: 'client-knows-only-itself',
      comment: 'It goes to browsers and phones: no package, no platform, nothing of the service but its document.',
      severity: 'error',
      from: { path: CLIENT, pathNot: TEST_CODE },
      to: { pathNot: CLIENT },
    },
    {
      name: 'service-never-knows-its-client',
      comment: 'The client is made from what the service says; the service is there without it.',
      severity: 'error',
      from: { path: `${DOMAIN}|${ADAPTERS}|${API}`, pathNot: TEST_CODE },
      to: { path: '^packages/client/' },
    },
    {
      name: 'dashboard-knows-only-the-client',
      comment: 'What it shows, anyone with the same token could fetch: it has no other way to the service.',
      severity: 'error',
      from: { path: DASHBOARD, pathNot: TEST_CODE },
      to: { path: '^(apps|packages)/', pathNot: `${DASHBOARD}|^packages/client/(src|dist)/` },
    },
    {
      name: 'dashboard-pages-know-no-session',
      comment: 'Pages and charts render what the client returned; who signs in and how is not theirs to know.',
      severity: 'error',
      from: { path: '^apps/dashboard/src/(charts|filters|pages|reports|times|words)/', pathNot: TEST_CODE },
      to: { path: '^apps/dashboard/src/(sign-in|http)/' },
    },
    {
      name: 'dashboard-from-the-composition-root',
      comment: 'The API mounts it and serves without it: nothing else may come to need it.',
      severity: 'error',
      from: { path: API, pathNot: `${COMPOSITION_ROOT}|${TEST_CODE}` },
      to: { path: DASHBOARD, pathNot: `${DASHBOARD}settings/sign-in-settings\\.` },
    },
    {
      name: 'container-library-in-one-file',
      comment: 'tsyringe and the Reflect polyfill it needs are a detail of container.ts.',
      severity: 'error',
      from: { pathNot: `^apps/api/src/container\\.ts$|(^|/)node_modules/` },
      to: { path: npm('tsyringe', 'reflect-metadata') },
    },
    {
      name: 'embedded-from-the-composition-root',
      comment: 'The embedded PostgreSQL is an optional part of its own; nothing else may come to need it.',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: `${EMBEDDED}|${COMPOSITION_ROOT}|${TEST_CODE}` },
      to: { path: EMBEDDED },
    },
    {
      name: 'embedded-on-demand',
      comment: 'A static import would want its binaries in production too: import() it where it is asked for.',
      severity: 'error',
      from: { path: COMPOSITION_ROOT },
      to: { path: EMBEDDED, dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'opentelemetry-in-one-folder',
      comment: 'Its packages are a detail of observability/otlp.',
      severity: 'error',
      from: { pathNot: `${OTLP}|(^|/)node_modules/|${TEST_CODE}` },
      to: { path: npm('@opentelemetry') },
    },
    {
      name: 'telemetry-on-demand',
      comment: 'Off by default at no cost: a static import would load the packages in every process. import() it.',
      severity: 'error',
      from: { path: '^apps/api/src/', pathNot: `${OTLP}|${TEST_CODE}` },
      to: { path: OTLP, dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'no-test-code-in-production',
      comment: 'What ships never imports test doubles, tests or their helpers.',
      severity: 'error',
      from: { path: '^(apps|packages)/[^/]+/src/', pathNot: TEST_CODE },
      to: { path: `${TESTING}|${TEST_CODE}` },
    },
    ...Object.entries(ROOMS).map(([room, { knows, comment }]) => ({
      name: `room-${room}`,
      comment,
      severity: 'error',
      from: { path: `${API}${room}/`, pathNot: TEST_CODE },
      to: { path: API, pathNot: [room, ...knows].map((each) => `${API}${each}[/.]`).join('|') },
    })),
    {
      name: 'routes-meet-in-the-app',
      comment: 'What the app mounts is imported by the app alone: one route never comes to need another.',
      severity: 'error',
      from: { path: API, pathNot: `${API}app\\.ts$|${TEST_CODE}` },
      to: { path: ENTRANCES },
    },
    {
      name: 'packages-never-import-apps',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that cannot be followed cannot be checked either.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Type-only imports count as well: a layer that names another's types knows it. (Needs @swc/core: TypeScript 7 has no compiler API.)
    tsPreCompilationDeps: true,
    parser: 'swc',
    doNotFollow: { path: '(^|/)(node_modules|dist)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.d.ts'],
    },
    combinedDependencies: true,
  },
};
