/** libpq's names for how a connection is encrypted and whom it trusts; see `tlsAttempts` for what each means. */
export const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

export type SslMode = (typeof SSL_MODES)[number];

/** Where a PostgreSQL server listens. */
export interface ServerAddress {
  /** Host name, IP address, or the folder of a Unix socket (when it begins with `/`). */
  readonly host: string;
  readonly port: number;
}

/** Where a PostgreSQL database is, and how to sign in to it. */
export interface DatabaseSettings extends ServerAddress {
  /**
   * Further servers of the same database: the first of all that accepts writes is used, as libpq does with several hosts
   * and `target_session_attrs=read-write`.
   */
  readonly alternatives?: readonly ServerAddress[] | undefined;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** libpq's PGSSLMODE; `prefer` when absent. */
  readonly sslMode?: SslMode | undefined;
  /**
   * libpq's PGSSLROOTCERT: a PEM file of the certificates to trust, or `system` for those that come with Node. When
   * absent, `~/.postgresql/root.crt` if there is one.
   */
  readonly sslRootCertificate?: string | undefined;
  /**
   * libpq's PGSSLCERT: a PEM file of the certificate that this client shows to the server. When absent,
   * `~/.postgresql/postgresql.crt` if there is one.
   */
  readonly sslCertificate?: string | undefined;
  /** libpq's PGSSLKEY: the PEM file of its private key. When absent, `~/.postgresql/postgresql.key`. */
  readonly sslKey?: string | undefined;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string | undefined;
}

/** The settings, or the files they name, are unusable: one line for an operator that names the setting. */
export class DatabaseSettingsError extends Error {
  override readonly name = 'DatabaseSettingsError';
}
