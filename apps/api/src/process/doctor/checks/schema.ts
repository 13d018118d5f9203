import { isRefusal } from '../examine.js';
import { type Check, failure, type Trouble, warning } from '../finding.js';

const MIGRATE = 'Run "main.js migrate".';

/** What to do about an index or triggers. */
const REMEDIES: Readonly<Record<string, (name: string) => Trouble>> = {
  'index missing': (name) => warning(`index ${name} is missing: what needs it is slow`, MIGRATE),
  'index invalid': (name) => warning(`index ${name} is unusable: an interrupted build has left it`, MIGRATE),
  'index building': (name) =>
    warning(`index ${name} is being built`, 'Wait: the log says how far it is. Old transactions hold it up.'),
  'triggers missing': (name) =>
    failure(`triggers ${name} are missing: changes leave no trace for revisions and reports`, MIGRATE),
  'triggers disabled': (name) =>
    failure(
      `triggers ${name} are turned off: changes leave no trace for revisions and reports`,
      'Run "alter table … enable trigger user", then "main.js check-fleet --repair".',
    ),
};

export const SCHEMA_CHECKS: readonly Check[] = [
  {
    name: 'schema',
    find: ({ schema }) => {
      if (schema === undefined) return undefined;
      if (isRefusal(schema))
        return [
          failure(
            `the schema cannot be examined: ${schema.refusal}`,
            'Behind a pooler set DATABASE_MIGRATION_HOST and DATABASE_MIGRATION_PORT to the server itself.',
          ),
        ];
      const { pending, ahead, undistributed = [], alembicHeads, alembicExpected } = schema;
      return [
        ...(pending.length > 0 ? [failure(`migrations have not run: ${pending.join(', ')}`, MIGRATE)] : []),
        ...(ahead.length > 0
          ? [
              warning(
                `a later version of the service has run migrations: ${ahead.join(', ')}`,
                'Finish the roll-out of that version; this one works meanwhile.',
              ),
            ]
          : []),
        ...(undistributed.length > 0
          ? [
              failure(
                `Citus distributes the records, but not together with them ${undistributed.join(', ')}`,
                'Run "main.js migrate distribute": it says what to do.',
              ),
            ]
          : []),
        ...(alembicHeads !== undefined && alembicHeads.join() !== alembicExpected
          ? [
              failure(
                `the Python service’s schema is at ${alembicHeads.join(', ') || 'no revision'}, not at ${alembicExpected}`,
                'Bring it to that revision with the Python service’s own migrations: docs/takeover.md.',
              ),
            ]
          : []),
      ];
    },
  },
  {
    name: 'indexes and triggers',
    find: ({ schema }) =>
      schema === undefined || isRefusal(schema)
        ? undefined
        : schema.builds.flatMap(({ what, name, state }) => REMEDIES[`${what} ${state}`]?.(name) ?? []),
  },
];
