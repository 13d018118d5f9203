import {
  type Access,
  type AccessFilter,
  type AccessLog,
  type AccessQueries,
  type Clock,
  compareInstants,
  InvalidPlaceError,
  isAbout,
  type NewAccess,
  withoutPeople,
} from '../../src/index.js';
import { SECONDS_A_DAY } from '../../src/values/calendar.js';

/** Accesses that are kept in memory: the reference implementation of both ports. */
export interface InMemoryAccesses extends AccessLog, AccessQueries {
  /** All of them, in the order in which they were stored. */
  readonly all: NewAccess[];
}

/** @param isGone whether a person was erased and has no record since */
export function inMemoryAccesses(clock: Clock, isGone: (id: string) => boolean): InMemoryAccesses {
  const all: NewAccess[] = [];
  return {
    all,
    async append(access) {
      all.push(withoutPeople(access, isGone));
    },
    async removeOlderThan(days, most) {
      const { epochSeconds, microsecond } = clock.now();
      const oldest = { epochSeconds: epochSeconds - days * SECONDS_A_DAY, microsecond };
      const old = all.filter(({ at }) => compareInstants(at, oldest) < 0);
      const doomed = new Set(old.sort((a, b) => compareInstants(a.at, b.at)).slice(0, most));
      all.splice(0, all.length, ...all.filter((access) => !doomed.has(access)));
      return doomed.size;
    },
    async list(filter, { limit, after }) {
      if (after !== undefined && !/^access \d+$/.test(after)) throw new InvalidPlaceError('no place of the list');
      const numbered = all.map((access, index) => ({ access, index }));
      const order = (a: (typeof numbered)[number], b: (typeof numbered)[number]) =>
        compareInstants(b.access.at, a.access.at) || b.index - a.index;
      const sorted = numbered.filter(({ access }) => passes(access, filter)).sort(order);
      const start = after === undefined ? 0 : sorted.findIndex(({ index }) => `access ${index}` === after) + 1;
      const results = sorted.slice(start, start + limit);
      return {
        results: results.map(({ access: { isRequestIdOurs: _, ...record }, index }) => ({
          record,
          place: `access ${index}`,
        })),
        more: sorted.length > start + limit,
        asOf: clock.now(),
      };
    },
  };
}

function passes(access: Access, wanted: AccessFilter): boolean {
  const { actor, at } = access;
  if (wanted.personId !== undefined && !isAbout(access, wanted.personId)) return false;
  if (wanted.actor !== undefined && actor !== wanted.actor) return false;
  if (wanted.from !== undefined && compareInstants(at, wanted.from) < 0) return false;
  return wanted.before === undefined || compareInstants(at, wanted.before) < 0;
}
