import { isRefusal } from '../examine.js';
import { type Check, checkOf, failure, warning } from '../finding.js';

/** No one can listen between these and the server. */
const LOCAL = /^(\/|localhost$|127\.|::1$)/;

const REPLICA_TROUBLES = {
  'no replica': 'is not a streaming replica',
  'another cluster': 'is a replica of another cluster',
  behind: 'is more than half a second behind',
} as const;

export const REACH_CHECKS: readonly Check[] = [
  {
    name: 'database reached',
    find: ({ config, unreachable }) => {
      if (config === undefined) return undefined;
      if (unreachable === undefined) return [];
      const remedy =
        config.database.kind === 'embedded'
          ? 'Start the service (npm start), and ask again.'
          : 'Correct the settings that the reason names; without one: is the server up, and does a firewall let this machine through?';
      return [failure(`the database cannot be used: ${unreachable}`, remedy)];
    },
  },
  checkOf('database connection is encrypted', 'encrypted', (encrypted, { config }) => {
    if (config?.database.kind !== 'server' || !config.production || LOCAL.test(config.database.host)) return undefined;
    if (!encrypted)
      return failure('the connection to the database is not encrypted', 'Set PGSSLMODE=verify-full and PGSSLROOTCERT.');
    return (
      config.database.sslMode !== 'verify-full' &&
      warning(
        `PGSSLMODE is ${config.database.sslMode}: the connection is encrypted, but no one checks whose server it is`,
        'Set PGSSLMODE=verify-full, and PGSSLROOTCERT to the authority of the server’s certificate.',
      )
    );
  }),
  {
    name: 'replica',
    find: ({ replica }) => {
      if (replica === undefined) return undefined;
      if (replica === 'none' || replica === 'usable') return [];
      const what = isRefusal(replica) ? `cannot be used: ${replica.refusal}` : REPLICA_TROUBLES[replica];
      return [
        warning(
          `the replica ${what}; the primary answers in its place`,
          'Correct DATABASE_READ_HOST and DATABASE_READ_PORT, or see docs/operating.md, TelemetryReplicaBehind.',
        ),
      ];
    },
  },
];
