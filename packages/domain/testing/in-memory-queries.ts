import { type Clock, InvalidPlaceError, type RecordQueries } from '../src/index.js';

/**
 * Lists records kept in memory: the reference implementation.
 *
 * @param compare the order of the list
 */
export function inMemoryQueries<Owner extends string, Entity>(
  ofOwner: (ownerId: string) => Entity[],
  compare: (left: Entity, right: Entity) => number,
  clock: Clock,
): RecordQueries<Owner, Entity> {
  /** The records as they were when they were listed: a place is its record's number among them. */
  const listed: Entity[] = [];

  function rememberedAt(place: string): Entity {
    const record = /^place \d+$/.test(place) ? listed[Number(place.slice(6))] : undefined;
    if (record === undefined) throw new InvalidPlaceError('this place does not belong to the list');
    return record;
  }

  return {
    async list(ownerId, { limit, after, withTotal }) {
      const start = after === undefined ? undefined : rememberedAt(after);
      const all = ofOwner(ownerId);
      const following = all.filter((record) => start === undefined || compare(start, record) < 0).sort(compare);
      const results = following
        .slice(0, limit)
        .map((record) => ({ record, place: `place ${listed.push(record) - 1}` }));
      return { results, more: following.length > limit, asOf: clock.now(), ...(withTotal && { total: all.length }) };
    },
  };
}
