import {
  type Audit,
  type Clock,
  InvalidPlaceError,
  isFirstState,
  type RecordRef,
  type RevisionQueries,
} from '../src/index.js';

/**
 * Lists the states of records kept in memory: the reference implementation.
 *
 * @param statesOf returns every known state of a record, oldest first; none if the owner has no such record
 */
export function inMemoryRevisions<Owner extends string, Entity extends { readonly audit: Audit }>(
  statesOf: (ref: RecordRef<string>) => readonly Entity[],
  clock: Clock,
): RevisionQueries<Owner, Entity> {
  return {
    async listRevisions(ref, { limit, after }) {
      if (after !== undefined && !/^state \d+$/.test(after))
        throw new InvalidPlaceError('this place does not belong to the list');
      const before = after === undefined ? Number.POSITIVE_INFINITY : Number(after.slice('state '.length));
      const states = statesOf(ref);
      const [oldest] = states;
      if (oldest === undefined) return undefined;
      const following = states
        .map((record, index) => ({
          number: index + 1,
          place: `state ${index + 1}`,
          record,
          previous: states[index - 1],
        }))
        .filter(({ number }) => number < before)
        .reverse();
      return {
        results: following.slice(0, limit),
        more: following.length > limit,
        asOf: clock.now(),
        complete: isFirstState(oldest.audit),
      };
    },
  };
}
