import type { ENVIRONMENTS, LOG_FORMATS, LOG_LEVELS, SSL_MODES } from './settings.js';

export type Environment = (typeof ENVIRONMENTS)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = (typeof LOG_FORMATS)[number];
export type SslMode = (typeof SSL_MODES)[number];

/** Everything the service is told from outside, checked. Durations are in milliseconds, sizes in bytes. */
export interface Config {
  readonly environment: Environment;
  /** Whether the strict rules hold: no development endpoints, no development defaults. */
  readonly production: boolean;
  readonly listen: ListenConfig;
  readonly database: DatabaseConfig;
  /** Whether the schema is brought up to date at start; otherwise a schema that is behind is refused. */
  readonly migrateOnStart: boolean;
  readonly tokens: TokenConfig;
  /** The HTTP proxy through which the AUTH0 issuer's keys are fetched; its address may hold a password. */
  readonly keyServerProxy?: URL;
  /** Whether POST /drop_data may empty the store. Never true in production. */
  readonly allowDropData: boolean;
  /** How long it is kept who looked at whose data. */
  readonly accessLogDays: number;
  readonly log: LogConfig;
  readonly limits: LimitConfig;
  readonly telemetry: TelemetryConfig;
  /** How long requests are still served after SIGTERM, while balancers take notice. */
  readonly shutdownDelay: number;
  /** What is allowed but deserves a word in the log, one sentence each, without secrets. */
  readonly warnings: readonly string[];
}

export interface ListenConfig {
  readonly address: string;
  /** 0 lets the system choose a free port. */
  readonly port: number;
}

export type DatabaseConfig = EmbeddedDatabaseConfig | ServerDatabaseConfig;

/** A PostgreSQL that the service starts itself. */
export interface EmbeddedDatabaseConfig {
  readonly kind: 'embedded';
  /** Relative to the working directory unless absolute. */
  readonly dataFolder: string;
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** One server, or several of which the first that takes writes is used. */
export interface ServerAddresses extends ServerAddress {
  readonly alternatives?: readonly ServerAddress[] | undefined;
}

/** A PostgreSQL server that exists already. */
export interface ServerDatabaseConfig extends ServerAddresses {
  readonly kind: 'server';
  readonly user: string;
  /** Empty when the server wants none. */
  readonly password: string;
  /** Its name. */
  readonly database: string;
  /** TLS to the server, with libpq's meaning. */
  readonly sslMode: SslMode;
  /** PEM file of the authorities to trust, or `system`. */
  readonly sslRootCertificate?: string;
  /** PEM files of the certificate that the server is shown, and of its key. */
  readonly sslCertificate?: string | undefined;
  readonly sslKey?: string | undefined;
  /** A streaming replica of it, for reads across people; undefined without one. */
  readonly replica: { readonly host: string; readonly port: number } | undefined;
  /** Where migrations connect: straight to the server, when `host` and `port` are those of a transaction pooler. */
  readonly migration: ServerAddresses;
}

export interface TokenConfig {
  readonly internal: InternalIssuerConfig;
  /** Absent: the AUTH0 issuer is off. */
  readonly auth0?: Auth0IssuerConfig;
  /** Tokens are decoded and believed. Never true in production. */
  readonly ignoreValidation: boolean;
}

/** The platform's own issuer, which signs with a shared secret. */
export interface InternalIssuerConfig {
  /** Both `iss` and `aud` of its tokens. */
  readonly issuer: string;
  /** The shared secret; its UTF-8 bytes are the key. */
  readonly key: string;
}

/** The issuer of people's tokens, which publishes its keys. */
export interface Auth0IssuerConfig {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: URL;
  /** Name of the claim that holds the metadata object. */
  readonly metadataClaim: string;
  /** Name of the claim that holds the scopes. */
  readonly scopeClaim: string;
}

export interface LogConfig {
  readonly level: LogLevel;
  readonly format: LogFormat;
}

export interface LimitConfig {
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** How long a client may take to send a whole request. */
  readonly requestTime: number;
  /** How long an idle connection is kept. */
  readonly keepAlive: number;
  /** Requests that wait for the database at once; more are refused (503). */
  readonly openRequests: number;
}

/** What is sent to an OpenTelemetry collector; a signal that is absent is off, and costs nothing. */
export interface TelemetryConfig {
  readonly traces?: TracesConfig;
  readonly metrics?: MetricsConfig;
}

export type OtlpProtocol = 'http/protobuf' | 'http/json';

export interface SignalConfig {
  readonly protocol: OtlpProtocol;
}

export interface TracesConfig extends SignalConfig {
  readonly sampler: SamplerConfig;
  /** Whether a request may bring the trace that it belongs to (W3C trace context). */
  readonly acceptsContext: boolean;
  readonly batch: {
    readonly delay: number;
    readonly timeout: number;
    /** Spans that wait to be sent; more are dropped. */
    readonly mostWaiting: number;
    readonly mostAtOnce: number;
  };
}

export interface SamplerConfig {
  /** Whether the caller's decision counts where there is one. */
  readonly followsParent: boolean;
  /** Part of the traces that are recorded, from 0 to 1. */
  readonly ratio: number;
}

export interface MetricsConfig extends SignalConfig {
  readonly interval: number;
  readonly timeout: number;
}
