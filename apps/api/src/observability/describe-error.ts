import { DomainError } from '@polaris-telemetry/domain';

/** What logs, traces and standard error may say about an error. */
export interface ErrorDescription {
  readonly type: string;
  /** Node's code of a system call, an error code of ours, or the SQLSTATE of an error that PostgreSQL sent. */
  readonly code?: string | number;
  /** The violated database constraint. */
  readonly constraint?: string;
  readonly message?: string;
  /** Where it was thrown, one call per line, without the message. */
  readonly stack?: string;
  readonly cause?: ErrorDescription;
  readonly errors?: readonly ErrorDescription[];
}

/** Our errors outside the domain, whose messages are written for operators and hold no personal data. */
export const OWN_ERRORS: ReadonlySet<string> = new Set([
  'ChangeSuppressedError',
  'ConfigError',
  'ConnectTimeoutError',
  'ConnectionLostError',
  'DatabaseSettingsError',
  'EmbeddedPostgresError',
  'KeptErasuresError',
  'KeyServerError',
  'KeysUnavailableError',
  'MigrationError',
  'MissingKeyError',
  'NoServerError',
  'ReadOnlyServerError',
  'SilentDatabaseError',
  'StaleReplicaError',
  'StartupError',
  'TooManyWaitingError',
  'UncaughtError',
  'WaitedTooLongError',
]);

/** Constant messages of libraries. */
const CONSTANT_MESSAGES: ReadonlySet<string> = new Set([
  'Client was closed and is not queryable',
  'Connection terminated',
  'Connection terminated unexpectedly',
  'The server does not support SSL connections',
  'fetch failed',
]);

/** How many causes deep, and how many errors of an AggregateError. */
const DEEPEST = 5;

/**
 * Describes an error by an allow list. Everything else is left out, because it can hold personal data: messages of the
 * database (a trigger's RAISE) and of parsers quote values, PostgreSQL's `detail` is a row, fetch's members are
 * addresses.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error };
  const { cause } = error;
  const errors = error instanceof AggregateError ? error.errors.slice(0, DEEPEST) : [];
  return {
    type: typeOf(error),
    ...optional('code', codeOf(error)),
    ...optional('constraint', constraintOf(error)),
    ...optional('message', messageOf(error)),
    ...optional('stack', framesOf(error)),
    ...(cause === undefined || depth === DEEPEST ? {} : { cause: describeError(cause, depth + 1) }),
    ...(errors.length === 0 || depth === DEEPEST ? {} : { errors: errors.map((one) => describeError(one, depth + 1)) }),
  };
}

/** The kind of an error in one word: its code, otherwise its name. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return String(codeOf(error) ?? typeOf(error));
}

/** An error as lines for a person: what may be said about it, then where it was thrown. */
export function errorLines(error: unknown): string {
  return linesOf(describeError(error));
}

function linesOf({ type, code, constraint, message, stack, cause }: ErrorDescription): string {
  const head = [type, code, constraint].filter((part) => part !== undefined).join(' ');
  const lines = [message === undefined ? head : `${head}: ${message}`, stack, cause && `caused by ${linesOf(cause)}`];
  return lines.filter((line) => line !== undefined).join('\n');
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [name in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [name in Name]: Value });
}

function typeOf(error: Error): string {
  if (isFromServer(error)) return 'DatabaseError';
  return /^[\w.$-]{1,64}$/.test(error.name) ? error.name : 'Error';
}

function codeOf(error: Error): string | number | undefined {
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return code;
  return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : undefined;
}

/** Names of constraints are part of the schema, unless a trigger's RAISE made one up. */
function constraintOf(error: Error): string | undefined {
  if (!isFromServer(error) || !('constraint' in error) || typeof error.constraint !== 'string') return undefined;
  const isRaised = 'routine' in error && error.routine === 'exec_stmt_raise';
  return !isRaised && /^[a-z_][\w$]{0,62}$/.test(error.constraint) ? error.constraint : undefined;
}

function messageOf(error: Error): string | undefined {
  return isOwnError(error) || isSystemError(error) || CONSTANT_MESSAGES.has(error.message) ? error.message : undefined;
}

/** Whether it is one of our errors, whose message may be shown as it is. */
export function isOwnError(error: Error): boolean {
  return error instanceof DomainError || OWN_ERRORS.has(error.name);
}

/** What PostgreSQL sent, as pg returns it. */
function isFromServer(error: Error): boolean {
  return 'severity' in error && 'code' in error;
}

/** A failed system call. Node composes its message from the call, the code, and our own path or the peer's address. */
function isSystemError(error: Error): boolean {
  return 'errno' in error && typeof error.errno === 'number' && 'syscall' in error && !isFromServer(error);
}

/** The stack's lines that name calls. They begin after the message, which may contain lines that look like them. */
function framesOf({ stack, message }: Error): string | undefined {
  const start = stack?.indexOf(message) ?? -1;
  if (stack === undefined || start < 0) return undefined;
  const frames = stack
    .slice(start + message.length)
    .split('\n')
    .slice(1);
  return frames.length === 0 ? undefined : frames.join('\n');
}
