/** What is built after the migrations, mostly while the service serves. */
export type Built = 'index' | 'triggers';

/** What migrating reports while it goes on. */
export type MigrationProgress =
  /** Another process is at it; reported once. */
  | { readonly kind: 'waiting'; readonly for: 'schema' | 'indexes' | 'triggers' }
  | { readonly kind: 'migrated'; readonly name: string; readonly direction: 'up' | 'down' }
  /** An interrupted build has left this index unusable: it is dropped and built again. */
  | { readonly kind: 'index-invalid'; readonly name: string }
  /** About once a second; `done` of `total` blocks, tuples or sessions waited for, as PostgreSQL's `phase` has it. */
  | {
      readonly kind: 'index-building';
      readonly name: string;
      readonly phase: string;
      readonly done: number;
      readonly total: number;
    }
  /** Other transactions hold the table, or the server refuses; it is tried again. */
  | { readonly kind: 'postponed'; readonly what: Built; readonly name: string; readonly reason: string }
  | { readonly kind: 'built'; readonly what: Built; readonly name: string; readonly seconds: number }
  | { readonly kind: 'dropped'; readonly what: Built; readonly name: string }
  /** So many rows are about to be dropped for good. */
  | { readonly kind: 'dropping'; readonly what: string; readonly rows: bigint };

export interface MigrationOptions {
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined;
  /** Ends waiting and building with the signal's reason; what the server has begun it may still finish. */
  readonly signal?: AbortSignal | undefined;
}
