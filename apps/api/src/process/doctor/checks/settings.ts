import { settings } from '../../../config/settings.js';
import { type Check, failure } from '../finding.js';

/** `${X}`, `$(X)`, `{{ X }}`, `%X%`, and `$X` alone: what templates leave behind if they are not expanded. */
const UNEXPANDED = /\$\{[^}]*\}|\$\(\w+\)|\{\{.*\}\}|^%\w+%$|^\$\w+$/;

/** Outside production a missing key or address has a default that is meant to be used. */
const AT_EASE: ReadonlySet<string> = new Set(['DEVELOPMENT', 'TEST']);

export const SETTINGS_CHECKS: readonly Check[] = [
  {
    name: 'settings',
    find: ({ faults, warnings, config }) => [
      ...faults.map(({ name, problem }) =>
        failure(`${name} ${problem}`, `Correct ${name}: the service does not start.`),
      ),
      ...warnings.map((what) => ({
        level:
          AT_EASE.has(config?.environment ?? '') && / is not set: /.test(what)
            ? ('note' as const)
            : ('warning' as const),
        what,
        remedy: 'Correct the setting, or leave it if you intend it: README, Settings.',
      })),
    ],
  },
  {
    name: 'settings expanded',
    find: ({ env }) =>
      Object.keys(settings)
        .filter((name) => UNEXPANDED.test(env[name] ?? ''))
        .map((name) =>
          failure(
            `${name} holds a placeholder that was not expanded`,
            `Have ${name} expanded by what sets the environment (the shell, envsubst, the orchestrator), or write its value there.`,
          ),
        ),
  },
];
