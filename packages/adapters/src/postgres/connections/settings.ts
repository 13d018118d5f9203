/** libpq's names for how a connection is encrypted and whom it trusts; see `tlsAttempts` for what each means. */
export const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

export type SslMode = (typeof SSL_MODES)[number];

/** Where a PostgreSQL database is and how to sign in to it. */
export interface DatabaseSettings {
  /** Host name, IP address, or the folder of a Unix socket (when it begins with `/`). */
  readonly host: string;
  readonly port: number;
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
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string | undefined;
}
