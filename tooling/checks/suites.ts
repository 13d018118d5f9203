import type { NeedName } from './needs.ts';

/**
 * Every test suite of the project: where its files are, what it runs on and what it needs.
 * `npm test` runs them in this order; each is a project of its package's vitest configuration, so that
 * `vitest run --project NAME` in the package runs one alone.
 */
export interface Suite {
  /** Of the vitest project. */
  readonly name: string;
  /** Of the closing table. */
  readonly title: string;
  /** The package, from the top of the repository. */
  readonly folder: string;
  /** Its test files, from `folder`. */
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  /** What it runs on, besides the tools that it needs. */
  readonly on?: 'no database' | 'in-memory' | 'embedded PostgreSQL' | 'built service' | 'fresh clone';
  /** Tools beyond Node, npm and the lock file's packages; without them the suite is NOT RUN, with REQUIRE_ALL=1 it is red. */
  readonly needs?: readonly NeedName[];
  /** Part of `npm run verify`. */
  readonly quick?: boolean;
  /** Starts before the others, so that nothing waits for it at the end. */
  readonly long?: boolean;
  /** Test files share their modules, which saves loading them for each; for tests that leave nothing behind. */
  readonly sharedModules?: boolean;
  /** Set for the suite's tests: how several suites run the same files on different servers. */
  readonly env?: Readonly<Record<string, string>>;
  /** Run once around the whole suite, from `folder`. */
  readonly globalSetup?: string;
  /** Run before each test file, from `folder`. */
  readonly setup?: string;
  /** Runs on the server of TEST_DATABASE_URL, and only if there is one. */
  readonly given?: boolean;
  /**
   * Nothing runs beside it, and its test files run one by one: it counts processes, ports or milliseconds. Suites that spend
   * most of their time waiting run beside each other.
   */
  readonly alone?: boolean | 'waiting';
}

/** The slow part of the API's tests: every family of bad tokens, fuzzing, slow key servers, clients and log readers. */
const HOSTILE = [
  'test/{abandoned-connections,fuzz,hostile-tokens,memory-bounds,server}.test.ts',
  'src/auth/{jwks,token-cache,verify-token}.test.ts',
  // Writes to pipes and closes them: shares its process, and so its file descriptors, with no other test.
  'src/observability/logging/*.test.ts',
] as const;

/** The built service where time counts: how soon it starts, stops, notices, and answers 200 requests at once. */
const TIMED = 'test/e2e/{database-troubles,service,start-and-stop,telemetry}.test.ts';

/** The adapters' tests that start servers of their own. */
const OWN_SERVER = 'embedded,pooler,several-servers,tls';

/** Those that only a database of distributed tables can answer. */
const DISTRIBUTED = 'test/distributed/**';

/** Those that say nothing of distributed tables, or nothing that others do not say there: they would take minutes. */
const NOT_DISTRIBUTED =
  'crowded-owner,faults,fleet-build,fleet-faults,migrations,other-databases,reading-the-data,reads,revision-triggers,take-over';

/**
 * Those that make roles, cut triggers off, write to the catalogue or look into other sessions: more than a role may that
 * creates databases.
 */
const SUPERUSER =
  'faults,fleet-build,fleet-check,fleet-faults,migrations,other-databases,reading-the-data,revision-triggers';

export const suites: readonly Suite[] = [
  {
    name: 'domain',
    title: 'domain: rules, use cases, contracts',
    folder: 'packages/domain',
    include: ['src/**/*.test.ts', 'testing/**/*.test.ts', 'test/**/*.test.ts'],
    on: 'in-memory',
    quick: true,
    sharedModules: true,
  },
  {
    name: 'client',
    title: 'client: calls, attempts, platforms, size',
    folder: 'packages/client',
    include: ['test/**/*.test.ts'],
    on: 'no database',
    quick: true,
  },
  {
    name: 'adapters-unit',
    title: 'adapters: parts without a database',
    folder: 'packages/adapters',
    include: ['src/**/*.test.ts'],
    on: 'no database',
    quick: true,
  },
  {
    name: 'api',
    title: 'API: in process',
    folder: 'apps/api',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/browser/**', 'test/faults/**', 'test/scale/**', ...HOSTILE],
    on: 'in-memory',
    quick: true,
    long: true,
    sharedModules: true,
  },
  {
    name: 'dashboard',
    title: 'dashboard: pages, forms, sign-in',
    folder: 'apps/dashboard',
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
    on: 'no database',
    quick: true,
    sharedModules: true,
  },
  {
    name: 'tooling',
    title: 'tooling: layer rules, launcher, seed',
    folder: 'tooling',
    include: ['**/*.test.ts'],
    exclude: ['test/**', 'published/**', 'monitoring/**', 'backup/**'],
    on: 'no database',
    quick: true,
  },
  {
    name: 'packages',
    title: 'packages for others: packed, installed, compiled',
    folder: 'tooling',
    include: ['published/**/*.test.ts'],
    on: 'built service',
  },
  {
    name: 'api-hostile',
    title: 'API: hostile tokens, bodies and clients',
    folder: 'apps/api',
    include: HOSTILE,
    on: 'in-memory',
  },
  {
    name: 'adapters-database',
    title: 'adapters: contracts, migrations, take-over',
    folder: 'packages/adapters',
    include: ['test/**/*.test.ts'],
    exclude: ['test/pooler.test.ts', DISTRIBUTED],
    on: 'embedded PostgreSQL',
    env: { DATABASES: 'embedded' },
    globalSetup: 'test/support/global-setup.ts',
    long: true,
  },
  {
    name: 'adapters-postgres15',
    title: 'adapters: the same on an older server',
    folder: 'packages/adapters',
    include: ['test/**/*.test.ts'],
    exclude: ['test/pooler.test.ts', 'test/embedded.test.ts', DISTRIBUTED],
    needs: ['postgres15'],
    env: { DATABASES: 'postgres15' },
    globalSetup: 'test/support/global-setup.ts',
    long: true,
  },
  {
    name: 'adapters-pgbouncer',
    title: 'adapters: through PgBouncer in transaction mode',
    folder: 'packages/adapters',
    include: ['test/{pooler,contracts,reads}.test.ts'],
    on: 'embedded PostgreSQL',
    needs: ['pgbouncer'],
    env: { DATABASES: 'pgbouncer' },
    globalSetup: 'test/support/global-setup.ts',
  },
  {
    name: 'adapters-distributed',
    title: 'adapters: the same on tables that Citus distributes',
    folder: 'packages/adapters',
    include: ['test/**/*.test.ts'],
    exclude: [`test/{${OWN_SERVER},${NOT_DISTRIBUTED}}.test.ts`],
    on: 'embedded PostgreSQL',
    env: { DATABASES: 'distributed' },
    globalSetup: 'test/support/global-setup.ts',
    setup: 'test/support/citus/watch-statements.ts',
    long: true,
  },
  {
    name: 'adapters-given',
    title: 'adapters: the same on a given server',
    folder: 'packages/adapters',
    include: ['test/**/*.test.ts'],
    exclude: [`test/{${OWN_SERVER},${SUPERUSER}}.test.ts`, DISTRIBUTED],
    env: { DATABASES: 'given' },
    globalSetup: 'test/support/global-setup.ts',
    given: true,
  },
  {
    name: 'api-given',
    title: 'API: the service on a given server',
    folder: 'apps/api',
    include: ['test/e2e/{export-command,exports,killed-rights,service}.test.ts', 'test/scale/two-processes.test.ts'],
    on: 'built service',
    env: { DATABASES: 'given' },
    given: true,
    alone: true,
  },
  {
    name: 'api-e2e',
    title: 'API: the service and its commands as processes',
    folder: 'apps/api',
    include: ['test/e2e/**/*.test.ts'],
    exclude: [TIMED],
    on: 'built service',
    long: true,
  },
  {
    name: 'api-timed',
    title: 'API: started, stopped, cut off',
    folder: 'apps/api',
    include: [TIMED],
    on: 'built service',
    alone: true,
  },
  {
    name: 'api-faults',
    title: 'API: killed, frozen, full, locked, overtaken',
    folder: 'apps/api',
    include: ['test/faults/**/*.test.ts'],
    on: 'built service',
    alone: 'waiting',
  },
  {
    name: 'api-scale',
    title: 'API: two processes on one database',
    folder: 'apps/api',
    include: ['test/scale/{departed-clients,figures-add-up,two-processes}.test.ts'],
    on: 'embedded PostgreSQL',
  },
  {
    name: 'api-pgbouncer',
    title: 'API: the same through PgBouncer in transaction mode',
    folder: 'apps/api',
    include: ['test/scale/{departed-clients,pooler,two-processes}.test.ts', 'test/e2e/service.test.ts'],
    on: 'embedded PostgreSQL',
    needs: ['pgbouncer'],
    env: { DATABASES: 'pgbouncer' },
    alone: true,
  },
  {
    name: 'api-distributed',
    title: 'API: the same on tables that Citus distributes',
    folder: 'apps/api',
    include: ['test/scale/two-processes.test.ts', 'test/e2e/service.test.ts'],
    on: 'embedded PostgreSQL',
    env: { DATABASES: 'distributed' },
    alone: 'waiting',
  },
  {
    name: 'api-failover',
    title: 'API: a replica answers reads, and takes the lost primary’s place',
    folder: 'apps/api',
    include: ['test/scale/{failover,replica}.test.ts'],
    needs: ['postgres15'],
    alone: 'waiting',
  },
  {
    name: 'api-patroni',
    title: 'API: Patroni changes the primary, behind HAProxy and without',
    folder: 'apps/api',
    include: ['test/scale/patroni.test.ts'],
    on: 'built service',
    needs: ['postgres15', 'patroni', 'etcd', 'haproxy'],
    alone: 'waiting',
  },
  {
    name: 'api-browser',
    title: 'API, client, dashboard: in a browser',
    folder: 'apps/api',
    include: ['test/browser/**/*.test.ts'],
    on: 'built service',
    needs: ['chromium'],
    alone: true,
  },
  {
    name: 'monitoring',
    title: 'alert rules and dashboard',
    folder: 'tooling',
    include: ['monitoring/**/*.test.ts'],
    on: 'no database',
    needs: ['promtool'],
  },
  {
    name: 'backup',
    title: 'backup and restore, as documented',
    folder: 'tooling',
    include: ['backup/**/*.test.ts'],
    on: 'built service',
    needs: ['postgres15'],
  },
  {
    name: 'documents',
    title: 'README and docs: what they say is so',
    folder: 'tooling',
    include: ['test/**/*.test.ts'],
    exclude: ['test/newcomer.test.ts'],
    on: 'built service',
    alone: 'waiting',
  },
  {
    name: 'newcomer',
    title: 'a newcomer: clone, start, use, stop',
    folder: 'tooling',
    include: ['test/newcomer.test.ts'],
    on: 'fresh clone',
    needs: ['registry'],
    alone: 'waiting',
  },
];
