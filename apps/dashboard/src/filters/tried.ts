import { TelemetryError } from '@polaris-telemetry/client';

/** What is wrong with each parameter, by name; the empty name stands for faults of no single parameter. */
export type Faults = ReadonlyMap<string, string>;

export const NO_FAULTS: Faults = new Map();

/** The API's answer, or what it says is wrong with the query. */
export type Tried<Value> =
  | { readonly value: Value; readonly faults: Faults }
  | { readonly value: undefined; readonly faults: Faults };

/**
 * Waits for a call whose parameters a person entered.
 *
 * @throws TelemetryError except for a bad request; the frame of the page explains it
 */
export async function tried<Value>(call: Promise<Value>): Promise<Tried<Value>> {
  try {
    return { value: await call, faults: NO_FAULTS };
  } catch (error) {
    if (!(error instanceof TelemetryError) || error.status !== 400) throw error;
    const { errors = [], detail = error.message } = error.problem ?? {};
    const faults = errors.map(({ path, message }) => [path.startsWith('?') ? path.slice(1) : '', message] as const);
    return { value: undefined, faults: new Map(faults.length > 0 ? faults : [['', detail]]) };
  }
}
