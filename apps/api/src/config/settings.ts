import type { z } from 'zod';
import { DEVELOPMENT_PROXY_URL } from './development-defaults.js';
import {
  boolean,
  choice,
  hosts,
  httpUrl,
  remotePorts,
  seconds,
  text,
  trimmedText,
  unbrokenText,
  wholeNumber,
  wholeNumberOrAuto,
} from './values.js';

export const ENVIRONMENTS = ['PRODUCTION', 'DEVELOPMENT', 'DEMO', 'STAGING', 'TRAINING', 'TEST'] as const;
export const LOG_LEVELS = ['ERROR', 'WARN', 'INFO', 'DEBUG'] as const;
export const LOG_FORMATS = ['colour', 'plain', 'json'] as const;
export const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** An environment variable that the service reads. */
export interface Setting<Value> {
  readonly schema: z.ZodType<Value, string>;
  /** The default as a person would write it; absent if there is none. */
  readonly default?: string;
  /** For people: one line of the README's table. */
  readonly meaning: string;
}

const PORT = wholeNumber(0, 65_535);
const REMOTE_PORT = wholeNumber(1, 65_535);

/**
 * Every environment variable that the service reads, except OpenTelemetry's own (telemetry-config.ts). A test checks the
 * README's table against this one.
 */
export const settings = {
  ENVIRONMENT: {
    schema: choice(ENVIRONMENTS),
    default: 'PRODUCTION',
    meaning: `${ENVIRONMENTS.join(', ')}. All but the first are not production. The npm scripts say DEVELOPMENT unless \`DATABASE_…\` names a server.`,
  },
  PORT: { schema: PORT, default: '5000', meaning: 'Port to listen on; 0 lets the system choose a free one.' },
  SERVER_PORT: { schema: PORT, meaning: 'Another name for `PORT`, which counts if both are set.' },
  LISTEN_ADDRESS: {
    schema: unbrokenText,
    default: '0.0.0.0',
    meaning: 'Address to listen on. With the public development key 127.0.0.1, unless it is set.',
  },
  DATABASE_HOST: {
    schema: hosts,
    meaning:
      'Host of the PostgreSQL server, or several separated by commas: the first that accepts writes is used. Set user, password and name with it.',
  },
  DATABASE_PORT: {
    schema: remotePorts,
    default: '5432',
    meaning: 'Port of the PostgreSQL server, or one for each host.',
  },
  DATABASE_USER: { schema: trimmedText, meaning: 'Role to log in as.' },
  DATABASE_PASSWORD: { schema: text, meaning: 'Its password; set it to nothing if the server requires none.' },
  DATABASE_PASSWORD_FILE: { schema: text, meaning: 'File that holds the password, in place of `DATABASE_PASSWORD`.' },
  DATABASE_NAME: { schema: trimmedText, meaning: 'Name of the database.' },
  DATABASE_MIGRATION_HOST: {
    schema: hosts,
    meaning: 'Host for migrations, if `DATABASE_HOST` is a transaction pooler. Default: `DATABASE_HOST`.',
  },
  DATABASE_MIGRATION_PORT: { schema: remotePorts, meaning: 'Port for migrations. Default: `DATABASE_PORT`.' },
  DATABASE_READ_HOST: {
    schema: unbrokenText,
    meaning: 'Host of a streaming replica, for lists, searches and reports. Default: `DATABASE_HOST`, and no replica.',
  },
  DATABASE_READ_PORT: { schema: REMOTE_PORT, meaning: 'Port of the replica. Default: `DATABASE_PORT`.' },
  DATABASE_EMBEDDED: {
    schema: boolean,
    meaning: 'Start an embedded PostgreSQL. Default: true when no `DATABASE_…` is set, outside production.',
  },
  DATABASE_EMBEDDED_FOLDER: { schema: text, default: '.data/postgres', meaning: 'The folder of its data.' },
  PGSSLMODE: {
    schema: choice(SSL_MODES),
    default: 'prefer',
    meaning: `TLS to the PostgreSQL server, as in libpq: ${SSL_MODES.join(', ')}.`,
  },
  PGSSLROOTCERT: {
    schema: text,
    meaning: 'File of the authorities to trust (PEM), or `system`. Default, as in libpq: `~/.postgresql/root.crt`.',
  },
  PGSSLCERT: {
    schema: text,
    meaning: 'File of our certificate for the server (PEM). Default, as in libpq: `~/.postgresql/postgresql.crt`.',
  },
  PGSSLKEY: {
    schema: text,
    meaning: 'File of its private key (PEM), which no one else may read. Default: `~/.postgresql/postgresql.key`.',
  },
  MIGRATE_ON_START: { schema: boolean, default: 'true', meaning: 'Bring the schema up to date at start.' },
  HS_KEY: {
    schema: text,
    meaning:
      'Secret of the platform’s own tokens. Required, except in DEVELOPMENT and TEST with the embedded PostgreSQL, where a public development key is the default.',
  },
  HS_KEY_FILE: { schema: text, meaning: 'File that holds the secret, in place of `HS_KEY`.' },
  PROXY_URL: {
    schema: unbrokenText,
    meaning: `The platform’s address: with a slash after it, issuer and audience of its own tokens. Required in production; elsewhere ${DEVELOPMENT_PROXY_URL}.`,
  },
  AUTH0_DOMAIN: { schema: unbrokenText, meaning: 'Issuer of people’s tokens. Off when not set.' },
  AUTH0_AUDIENCE: { schema: trimmedText, meaning: 'Audience of their tokens. Required with `AUTH0_DOMAIN`.' },
  AUTH0_JWKS_URL: { schema: httpUrl, meaning: 'Where their keys are published. Required with `AUTH0_DOMAIN`.' },
  AUTH0_METADATA: {
    schema: trimmedText,
    default: 'https://gdm.sensynehealth.com/metadata',
    meaning: 'Claim of their tokens that holds the metadata.',
  },
  AUTH0_SCOPE_KEY: {
    schema: trimmedText,
    meaning: 'Claim of their tokens that holds the scopes. Default: `AUTH0_METADATA`, its last segment `scope`.',
  },
  DASHBOARD_CLIENT_ID: {
    schema: trimmedText,
    meaning: 'Client of the AUTH0 issuer by which people sign in to the dashboard. Off in production when not set.',
  },
  DASHBOARD_CLIENT_SECRET: { schema: text, meaning: 'Its secret; not set: the issuer takes PKCE alone.' },
  DASHBOARD_CLIENT_SECRET_FILE: {
    schema: text,
    meaning: 'File that holds the secret, in place of `DASHBOARD_CLIENT_SECRET`.',
  },
  DASHBOARD_URL: {
    schema: httpUrl,
    meaning:
      'Where browsers see the dashboard, https://…/dashboard/; people come back to `signed-in` below it. Required with `DASHBOARD_CLIENT_ID`.',
  },
  DASHBOARD_SESSION_KEY: {
    schema: text,
    meaning:
      'Secret of at least 32 bytes that seals sessions, the same in every process. Required with `DASHBOARD_CLIENT_ID`.',
  },
  DASHBOARD_SESSION_KEY_FILE: {
    schema: text,
    meaning: 'File that holds it, in place of `DASHBOARD_SESSION_KEY`.',
  },
  IGNORE_JWT_VALIDATION: {
    schema: boolean,
    default: 'false',
    meaning: 'Trust tokens unchecked. Refused in production.',
  },
  ALLOW_DROP_DATA: { schema: boolean, default: 'false', meaning: 'Let `POST /drop_data` work. Refused in production.' },
  ACCESS_LOG_DAYS: {
    schema: wholeNumber(1, 36_500),
    default: '365',
    meaning: 'Days to keep the record of which staff looked at whose data.',
  },
  LOG_LEVEL: { schema: choice(LOG_LEVELS), default: 'INFO', meaning: `${LOG_LEVELS.join(', ')}.` },
  LOG_FORMAT: { schema: choice(LOG_FORMATS), default: 'json', meaning: `${LOG_FORMATS.join(', ')}.` },
  SHUTDOWN_DELAY: {
    schema: seconds(0, 8),
    default: '2',
    meaning: 'Seconds for which to keep serving requests after SIGTERM.',
  },
  WORKERS: {
    schema: wholeNumberOrAuto(1, 128),
    default: 'auto',
    meaning:
      'Worker processes that share the port and the limits below: a number, or `auto` for one for each core (the embedded PostgreSQL takes half of them), as far as 256 MiB of memory for each and half of PostgreSQL’s `max_connections` suffice.',
  },
  BODY_LIMIT: {
    schema: wholeNumber(1_024, 104_857_600),
    default: '1048576',
    meaning: 'Maximum bytes of a request’s body.',
  },
  HEADER_LIMIT: {
    schema: wholeNumber(4_096, 1_048_576),
    default: '16384',
    meaning: 'Maximum bytes of a request’s headers.',
  },
  REQUEST_TIMEOUT: {
    schema: seconds(1, 3_600),
    default: '30',
    meaning: 'Seconds within which a request must be complete.',
  },
  KEEP_ALIVE_TIMEOUT: {
    schema: seconds(1, 3_600),
    default: '75',
    meaning: 'Seconds for which to keep an idle connection; longer than the balancer does.',
  },
  OPEN_REQUEST_LIMIT: {
    schema: wholeNumber(1, 1_000_000),
    default: '1000',
    meaning:
      'Requests that wait for the database; more are refused at once (503), and from 200 on already while the oldest has waited for 0.4 s. At most 64 changes of one row wait in a worker, however much room there is.',
  },
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof settings;

type Value<Name extends SettingName> = z.output<(typeof settings)[Name]['schema']>;

/** The type of each setting once read. */
export type SettingValues = {
  readonly [Name in SettingName]: (typeof settings)[Name] extends { readonly default: string }
    ? Value<Name>
    : Value<Name> | undefined;
};
