import type { Listed } from '../records/page.js';

/**
 * One state of a record: how it stood from one change to the next, with `modified` and `modifiedBy` of that moment. The
 * newest state is the present record.
 */
export interface Revision<Entity> extends Listed<Entity> {
  /** Counts the known states; 1 is the oldest. It changes when older states are removed; `place` does not. */
  readonly number: number;
  /** The state before; undefined for the oldest known one. */
  readonly previous: Entity | undefined;
}

/** One field whose value changed. */
export interface FieldDifference {
  /** The field's name as it is shown. */
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/**
 * Returns what a revision changed, in the order of the shown fields; nothing for the oldest known state.
 *
 * @param show the fields of a record as a reader sees them, by their names, without `modified` and `modifiedBy`: every change
 *   has these two. Values that look equal are not a change; they are compared with `===`, so they are texts, numbers, booleans or null.
 */
export function differencesOf<Entity>(
  { record, previous }: Pick<Revision<Entity>, 'record' | 'previous'>,
  show: (record: Entity) => Readonly<Record<string, unknown>>,
): FieldDifference[] {
  if (previous === undefined) return [];
  const before = show(previous);
  return Object.entries(show(record))
    .map(([field, to]) => ({ field, from: before[field], to }))
    .filter(({ from, to }) => from !== to);
}
