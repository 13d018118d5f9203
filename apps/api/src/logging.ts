import pino, { type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { LogConfig } from './config/config.js';

/** What is told of every request: never a token, a body, an address or a key. */
export interface RequestLine {
  readonly method: string;
  /** The pattern, not the path: ids of people stay out of the log. */
  readonly route: string;
  readonly status: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly requestId: string;
}

export interface LoggingOptions {
  /** Members that every line gets, for example the ids of the current trace. */
  readonly mixin?: () => object;
  /** Where the lines go: a file descriptor, standard output by default. */
  readonly fileDescriptor?: number;
}

/** The log of the service. */
export interface Log {
  readonly logger: Logger;
  /** Writes the line of a request that was answered; at level INFO. */
  readonly request: (line: RequestLine) => void;
  /** Writes out what is still in memory, and waits for it. */
  readonly flush: () => void;
}

/** Lines are gathered up to this many bytes: one system call for many requests. */
const BUFFER = 4_096;
/** No line stays in memory for longer than this, in milliseconds. */
const LONGEST_WAIT = 250;
/** When nobody reads the log any more, lines beyond so many bytes are dropped: the service must not run out of memory. */
const MOST_UNREAD = 16_777_216;

/** Makes the log of a configuration. What is in memory is written when the process exits, however it does so itself. */
export function createLog(config: LogConfig, { mixin, fileDescriptor = 1 }: LoggingOptions = {}): Log {
  const file = pino.destination({
    dest: fileDescriptor,
    sync: false,
    minLength: BUFFER,
    maxLength: MOST_UNREAD,
    periodicFlush: LONGEST_WAIT,
  });
  const destination: DestinationStream = config.format === 'json' ? file : prettyInto(file, config.format === 'colour');
  const logger = pino(
    {
      level: config.level.toLowerCase(),
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: serializeError },
      ...(mixin === undefined ? {} : { mixin }),
    },
    destination,
  );
  return {
    logger,
    request: (line) => logger.info(line, 'request'),
    flush: () => file.flushSync(),
  };
}

function prettyInto(file: DestinationStream, colorize: boolean): DestinationStream {
  const prettify = pretty.prettyFactory({
    colorize,
    colorizeObjects: colorize,
    ignore: 'pid,hostname',
    singleLine: true,
    translateTime: 'SYS:standard',
  });
  return { write: (line) => file.write(prettify(line)) };
}

/**
 * What may be told of an error: PostgreSQL's errors carry rows and parameters in further members, those of fetch
 * carry addresses.
 */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  };
}
