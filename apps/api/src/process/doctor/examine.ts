import { statfs } from 'node:fs/promises';
import { ConfigError, type ConfigFault } from '../../config/config-error.js';
import { type CommandConfig, loadCommandConfig, loadConfig } from '../../config/load-config.js';
import type { Env } from '../../config/read-settings.js';
import { unknownSettings } from '../../config/unknown-settings.js';
import {
  failureReason,
  findDatabase,
  type MigrationStatus,
  type OpenDatabase,
  type ReplicaTrouble,
  type Vitals,
} from '../../database.js';
import { examineKeyServer, type KeyServerVitals } from './key-server.js';

/** Everything that checks look at. What is undefined could not be examined, or is not there. */
export interface Examined {
  readonly env: Env;
  readonly faults: readonly ConfigFault[];
  readonly warnings: readonly string[];
  readonly config: CommandConfig | undefined;
  /** Why the database cannot be reached; undefined where it can. */
  readonly unreachable: string | undefined;
  readonly vitals: Vitals | undefined;
  readonly schema: MigrationStatus | { readonly refusal: string } | undefined;
  /** `none`: there is no replica. */
  readonly replica: ReplicaTrouble | { readonly refusal: string } | 'none' | 'usable' | undefined;
  readonly keyServer: KeyServerVitals | undefined;
  /** Where the embedded database has its data: free bytes. */
  readonly freeBytes: number | undefined;
}

/** Examines settings, database and key server. Changes nothing, starts nothing. */
export async function examine(env: Env, readFile: (path: string) => string): Promise<Examined> {
  const { faults, config, full } = readConfig(env, readFile);
  const database = config && (await findDatabase(config.database));
  const [found, keyServer] = await Promise.all([
    database === undefined ? undefined : examineDatabase(database),
    full?.tokens.auth0 && examineKeyServer(full.tokens.auth0.jwksUrl, full.keyServerProxy),
  ]);
  return {
    env,
    faults,
    warnings: full?.warnings ?? unknownSettings(env),
    config,
    unreachable: config === undefined ? undefined : (found?.unreachable ?? (found ? undefined : NOT_RUNNING)),
    vitals: found?.vitals,
    schema: found?.schema,
    replica: found?.replica,
    keyServer,
    freeBytes: await freeBytesOf(database?.dataFolder),
  };
}

const NOT_RUNNING = 'the embedded PostgreSQL runs only while the service does, and no service is running';

/** A wrong setting must not hide what is wrong with the database: it is left out, unless it is one of the database's. */
function readConfig(env: Env, readFile: (path: string) => string) {
  const [full, faults] = orFaults(() => loadConfig(env, readFile));
  if (full !== undefined) return { full, faults, config: full };
  const [config, wrong] = orFaults(() => loadCommandConfig(env, readFile));
  if (config !== undefined || wrong.some(({ name }) => /^(DATABASE|PGSSL)/.test(name))) return { full, faults, config };
  const rest = Object.fromEntries(Object.entries(env).filter(([key]) => wrong.every(({ name }) => name !== key)));
  return { full, faults, config: orFaults(() => loadCommandConfig(rest, readFile))[0] };
}

function orFaults<Read>(read: () => Read): [Read | undefined, readonly ConfigFault[]] {
  try {
    return [read(), []];
  } catch (error) {
    if (error instanceof ConfigError) return [undefined, error.faults];
    throw error;
  }
}

async function examineDatabase(
  database: OpenDatabase,
): Promise<Pick<Examined, 'unreachable' | 'vitals' | 'schema' | 'replica'>> {
  const [vitals, schema, replica] = await Promise.all([
    orRefusal(database.vitals()),
    orRefusal(database.schema.status()),
    database.replica === undefined
      ? ('none' as const)
      : orRefusal(database.replicaTrouble().then((trouble) => trouble ?? ('usable' as const))),
  ]);
  if (isRefusal(vitals))
    return { unreachable: vitals.refusal, vitals: undefined, schema: undefined, replica: undefined };
  return { unreachable: undefined, vitals, schema, replica };
}

async function orRefusal<Answer>(work: Promise<Answer>): Promise<Answer | { readonly refusal: string }> {
  return work.catch((error) => ({ refusal: failureReason(error) }));
}

/** Whether a question was refused. */
export function isRefusal(answer: unknown): answer is { readonly refusal: string } {
  return typeof answer === 'object' && answer !== null && 'refusal' in answer;
}

async function freeBytesOf(folder: string | undefined): Promise<number | undefined> {
  if (folder === undefined) return undefined;
  const found = await statfs(folder).catch(() => undefined);
  return found && found.bavail * found.bsize;
}
