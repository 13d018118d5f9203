import type { ProbeResult } from '@polaris-telemetry/domain';
import type { OpenDatabase } from '../../database.js';
import type { Snapshot } from '../../observability/metrics/sum-metrics.js';

/** Why the service cannot serve records yet, or whether it can. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** What a worker needs to begin. */
export interface Beginning {
  readonly database: Pick<OpenDatabase, 'settings' | 'replica'>;
  readonly port: number;
  /** So many share the bounds of the service. */
  readonly processes: number;
  readonly readiness: Readiness;
}

/** The questions that one process may ask another, and their answers. */
export interface Answers {
  /** The worker asks first, and then begins. */
  readonly beginning: Beginning;
  /** The parent asks: what one worker counts. The worker asks: what all of them count, as text for Prometheus. */
  readonly snapshot: Snapshot;
  readonly metrics: string;
  /** The parent asks how one worker reaches the database; the worker asks for all of them. */
  readonly probe: readonly ProbeResult[];
  readonly health: readonly ProbeResult[];
  /** The worker asks about a code: whether it lets somebody into the dashboard. */
  readonly redeemed: boolean;
  /** Whether its event loop still turns. */
  readonly alive: true;
}

export type Question = keyof Answers;

/** What goes from the parent to a worker. */
export type ToWorker =
  | { readonly kind: 'readiness'; readonly readiness: Readiness }
  /** From now on so many share the bounds of the service. */
  | { readonly kind: 'processes'; readonly processes: number }
  /** It goes on serving for `delay` milliseconds. */
  | { readonly kind: 'stop'; readonly delay: number }
  /** The person does not want to wait. */
  | { readonly kind: 'insist' }
  | Talk;

/** What goes from a worker to the parent. */
export type ToParent =
  | { readonly kind: 'listening'; readonly port: number }
  /** It cannot serve: a text for a person. */
  | { readonly kind: 'failed'; readonly message: string }
  | Talk;

export type Talk =
  | { readonly kind: 'question'; readonly id: number; readonly question: Question; readonly about?: string | undefined }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown };
