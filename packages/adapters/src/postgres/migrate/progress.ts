/** What is built after the migrations, mostly while the service serves. */
export type Built = 'index' | 'triggers';

/** Progress reports of a migration. */
export type MigrationProgress =
  /** Another process is migrating; reported once. */
  | { readonly kind: 'waiting'; readonly for: 'schema' | 'indexes' | 'triggers' }
  | { readonly kind: 'migrated'; readonly name: string; readonly direction: 'up' | 'down' }
  /** An interrupted build has left this index unusable: it is dropped and rebuilt. */
  | { readonly kind: 'index-invalid'; readonly name: string }
  /** About once a second; `done` of `total` blocks, tuples or sessions waited for, as PostgreSQL's `phase` has it. */
  | {
      readonly kind: 'index-building';
      readonly name: string;
      readonly phase: string;
      readonly done: number;
      readonly total: number;
    }
  /** Other transactions hold the table, or the server refuses; the attempt is repeated. */
  | { readonly kind: 'postponed'; readonly what: Built; readonly name: string; readonly reason: string }
  | { readonly kind: 'built'; readonly what: Built; readonly name: string; readonly seconds: number }
  | { readonly kind: 'dropped'; readonly what: Built; readonly name: string }
  | { readonly kind: 'distributed'; readonly name: string; readonly seconds: number }
  /** This many rows are about to be dropped for good. */
  | { readonly kind: 'dropping'; readonly what: string; readonly rows: bigint };

export interface MigrationOptions {
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined;
  /** Stops waiting and building with the signal's reason; the server may still finish what it has begun. */
  readonly signal?: AbortSignal | undefined;
}
