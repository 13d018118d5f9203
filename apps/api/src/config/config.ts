import type { SignInSettings } from '@polaris-telemetry/dashboard/settings';
import type { ENVIRONMENTS, LOG_FORMATS, LOG_LEVELS, SSL_MODES } from './settings.js';

export type Environment = (typeof ENVIRONMENTS)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = (typeof LOG_FORMATS)[number];
export type SslMode = (typeof SSL_MODES)[number];

/** The service's whole configuration, checked. Durations are in milliseconds, sizes in bytes. */
export interface Config {
  readonly environment: Environment;
  /** Whether the strict rules apply: no development endpoints, no development defaults. */
  readonly production: boolean;
  readonly listen: ListenConfig;
  readonly database: DatabaseConfig;
  /** Whether to bring the schema up to date at start; otherwise the service waits until another process has done so. */
  readonly migrateOnStart: boolean;
  readonly tokens: TokenConfig;
  /** The HTTP proxy through which the AUTH0 issuer's keys are fetched; its address may hold a password. */
  readonly keyServerProxy?: URL;
  /** How people sign in to the dashboard; absent: not with a provider. */
  readonly dashboard?: DashboardConfig;
  /** Whether POST /drop_data may empty the store. Never true in production. */
  readonly allowDropData: boolean;
  /** How long entries of the access log are kept. */
  readonly accessLogDays: number;
  readonly log: LogConfig;
  readonly limits: LimitConfig;
  /** How many processes serve; `auto`: as many as machine and database have room for. */
  readonly workers: number | 'auto';
  readonly telemetry: TelemetryConfig;
  /** How long to keep serving requests after SIGTERM, while balancers take notice. */
  readonly shutdownDelay: number;
  /** Warnings for the log about permitted but risky settings, one sentence each, without secrets. */
  readonly warnings: readonly string[];
}

export interface ListenConfig {
  readonly address: string;
  /** 0 lets the system choose a free port. */
  readonly port: number;
}

export type DatabaseConfig = EmbeddedDatabaseConfig | ServerDatabaseConfig;

/** A PostgreSQL started by the service itself. */
export interface EmbeddedDatabaseConfig {
  readonly kind: 'embedded';
  /** Relative to the working directory unless absolute. */
  readonly dataFolder: string;
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** One server, or several, of which the first that accepts writes is used. */
export interface ServerAddresses extends ServerAddress {
  readonly alternatives?: readonly ServerAddress[] | undefined;
}

/** A PostgreSQL server that exists already. */
export interface ServerDatabaseConfig extends ServerAddresses {
  readonly kind: 'server';
  readonly user: string;
  /** Empty if the server requires none. */
  readonly password: string;
  /** Its name. */
  readonly database: string;
  /** TLS to the server, with libpq's meaning. */
  readonly sslMode: SslMode;
  /** PEM file of the authorities to trust, or `system`. */
  readonly sslRootCertificate?: string;
  /** PEM files of the client certificate and its key. */
  readonly sslCertificate?: string | undefined;
  readonly sslKey?: string | undefined;
  /** A streaming replica of it, for reads across people; undefined without one. */
  readonly replica: { readonly host: string; readonly port: number } | undefined;
  /** Where migrations connect: directly to the server, if `host` and `port` belong to a transaction pooler. */
  readonly migration: ServerAddresses;
}

export interface TokenConfig {
  readonly internal: InternalIssuerConfig;
  /** Absent: the AUTH0 issuer is off. */
  readonly auth0?: Auth0IssuerConfig;
  /** Tokens are decoded and trusted without checks. Never true in production. */
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

/** How people sign in to the dashboard, by OpenID Connect with the AUTH0 issuer. */
export interface DashboardConfig extends SignInSettings {
  /** The HTTP proxy to the issuer; its address may hold a password. */
  readonly proxy?: URL;
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
  /** How long to keep an idle connection. */
  readonly keepAlive: number;
  /** How many requests may wait for the database at once; any further ones are refused (503). */
  readonly openRequests: number;
}

/** What to send to an OpenTelemetry collector; an absent signal is off and costs nothing. */
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
  /** Whether a request may supply the trace it belongs to (W3C trace context). */
  readonly acceptsContext: boolean;
  readonly batch: {
    readonly delay: number;
    readonly timeout: number;
    /** How many spans may wait to be sent; any further ones are dropped. */
    readonly mostWaiting: number;
    readonly mostAtOnce: number;
  };
}

export interface SamplerConfig {
  /** Whether the caller's decision counts, if there is one. */
  readonly followsParent: boolean;
  /** The share of traces to record, from 0 to 1. */
  readonly ratio: number;
}

export interface MetricsConfig extends SignalConfig {
  readonly interval: number;
  readonly timeout: number;
}
