/** A newcomer's settings, for a service that explains itself. The caller's environment takes precedence. */
const development = newcomersSettings(process.env, process.stdout.isTTY === true);

/**
 * DEVELOPMENT, unless a database server is named, which may hold other people's data. Colours on a terminal only.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {boolean} terminal
 * @returns {Record<string, string>}
 */
export function newcomersSettings(env, terminal) {
  const namesServer = Object.keys(env).some((name) => /^DATABASE_(?!EMBEDDED)/.test(name) && env[name] !== '');
  return {
    ...(namesServer ? {} : { ENVIRONMENT: 'DEVELOPMENT' }),
    LOG_FORMAT: terminal && !env['NO_COLOR'] ? 'colour' : 'plain',
  };
}

/** What builds the sources, one after the other. */
export const builds = [['node_modules/typescript/bin/tsc', '-b'], ['tooling/bundle.ts']];

/** The built service, merged into few files: it starts in a third of the time. */
const service = 'apps/api/dist/bundle/main.js';

/**
 * What each npm script runs on the pinned Node, whether the sources are built before, and what is said once it is ready. Arguments after `--` are appended.
 *
 * @type {Record<string, { run?: string[], build?: boolean, welcome?: string, env?: Record<string, string> }>}
 */
export const commands = {
  start: { run: [service], build: true, env: development, welcome: 'tooling/welcome.ts' },
  dev: { run: ['tooling/dev.ts'], build: true, env: development },
  build: { build: true },
  test: { run: ['tooling/checks/run.ts'] },
  verify: { run: ['tooling/checks/run.ts', '--quick'] },
  'generate-client': { run: ['tooling/client/main.ts'], build: true },
  token: { run: ['tooling/token.ts'], build: true, env: development },
  seed: { run: ['tooling/seed/main.ts'], build: true, env: development },
  migrate: { run: [service, 'migrate'], build: true, env: development },
  export: { run: [service, 'export'], build: true, env: development },
  retention: { run: [service, 'retention'], build: true, env: development },
  doctor: { run: [service, 'doctor'], build: true, env: development },
  erasures: { run: [service, 'erasures'], build: true, env: development },
  'check-fleet': { run: [service, 'check-fleet'], build: true, env: development },
  psql: { run: ['tooling/psql/main.ts'], build: true, env: development },
  picture: { run: ['tooling/dashboard-picture.ts'], build: true, env: development },
  bench: { run: ['tooling/measuring/bench/main.ts'], build: true },
  torture: { run: ['tooling/measuring/torture/main.ts'], build: true },
  'rehearse-take-over': { run: ['tooling/measuring/take-over/main.ts'], build: true },
};
