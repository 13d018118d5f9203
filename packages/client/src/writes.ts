import { type Call, jsonOf } from './answer.js';
import type { RequestOptions, Result } from './generated/operations.js';
import { newIdempotencyKey } from './idempotency-key.js';
import type { CreateOptions, UpdateOptions } from './options.js';
import { isWorthRepeating } from './repetition.js';
import { TelemetryError } from './telemetry-error.js';

/** Creates a record with a POST, whose attempts share a key. */
export function createRecord<Record>(call: Call<Record>, options: CreateOptions = {}): Promise<Record> {
  return jsonOf(call, options, { idempotencyKey: options.idempotencyKey ?? newIdempotencyKey() });
}

/** The two calls that a change of a record may need. */
interface UpdateCalls<Record> {
  readonly patch: (headers: { 'If-Match'?: string }, init: RequestOptions) => Promise<Result<Record, unknown>>;
  readonly read: Call<Record>;
}

/**
 * Changes a record with a PATCH. If an attempt's answer is lost, it may still have changed the record, and the next attempt
 * finds another ETag. If the record then has the requested values, the change has succeeded.
 */
export async function updateRecord<Record extends object>(
  change: Partial<Record>,
  { patch, read }: UpdateCalls<Record>,
  options: UpdateOptions = {},
): Promise<Record> {
  const headers = options.etag === undefined ? {} : { 'If-Match': options.etag };
  let isRepeated = false;
  const retryOn: typeof isWorthRepeating = (context) => {
    const again = isWorthRepeating(context);
    isRepeated ||= again;
    return again;
  };
  try {
    return await jsonOf((init) => patch(headers, init), options, { retry: { retryOn } });
  } catch (error) {
    if (!isRepeated || !(error instanceof TelemetryError) || error.status !== 412) throw error;
    const record = await jsonOf(read, options);
    if (holds(record, change)) return record;
    throw error;
  }
}

function holds<Record extends object>(record: Record, change: Partial<Record>): boolean {
  return Object.entries(change).every(([name, value]) => record[name as keyof Record] === value);
}
