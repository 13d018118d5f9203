import type { PageRequest, Revision, RevisionPage, Store } from '../../src/index.js';
import { inMemoryStore, revisionQueriesContract } from '../../testing/index.js';

type Queries = Store['queries']['revisions']['patientInstallations'];
type Page = RevisionPage<PhoneRecord>;
type PhoneRecord = Parameters<Store['patientInstallations']['add']>[0];
type State = Revision<PhoneRecord>;

/** A mistake in the revisions of phone installations, and the promise that must notice it. */
interface RevisionMistake {
  readonly mistake: string;
  readonly noticedBy: string;
  readonly make: (good: Queries) => Queries['listRevisions'];
}

const onPage =
  (change: (page: Page, range: PageRequest) => Partial<Page>) =>
  (good: Queries): Queries['listRevisions'] =>
  async (ref, range) => {
    const page = await good.listRevisions(ref, range);
    return page && { ...page, ...change(page, range) };
  };

const onStates = (change: (states: readonly State[]) => readonly State[]) =>
  onPage(({ results }) => ({ results: change(results) }));

const NUMBERED = 'revisions are numbered from 1, the oldest; each holds the state before';
const WALKED = 'a walk returns every state once, by pages of any size, while the record changes';

const mistakes: readonly RevisionMistake[] = [
  {
    mistake: 'shows the present record without what it was',
    noticedBy: 'every change leaves the record as it was before, and no other record',
    make: onStates((states) => states.slice(0, 1)),
  },
  {
    mistake: 'forgets the present record',
    noticedBy: 'a new record has one revision, the record itself, and is completely known',
    make: onStates((states) => states.slice(1)),
  },
  {
    mistake: 'orders states by what the clocks said',
    noticedBy: 'states are in the order of the changes, whatever the clocks said',
    make: onStates((states) =>
      [...states].sort((a, b) => b.record.audit.modified.epochSeconds - a.record.audit.modified.epochSeconds),
    ),
  },
  {
    mistake: 'shows every state with the audit of the present one',
    noticedBy: 'every change leaves the record as it was before, and no other record',
    make: onStates((states) =>
      states.map((state) => ({
        ...state,
        record: { ...state.record, audit: states[0]?.record.audit ?? state.record.audit },
      })),
    ),
  },
  {
    mistake: 'loses the seconds of an offset',
    noticedBy: 'earlier states come back exactly, at the borders of their rules too',
    make: onStates((states) =>
      states.map((state) => {
        const { firstUsed } = state.record;
        const offsetSeconds = Math.trunc(firstUsed.offsetSeconds / 60) * 60;
        return { ...state, record: { ...state.record, firstUsed: { ...firstUsed, offsetSeconds } } };
      }),
    ),
  },
  {
    mistake: 'makes a revision of a change of nothing',
    noticedBy: 'a change of nothing, or a refused one, leaves none',
    make: onStates((states) =>
      states.flatMap((state, place) => (place === 0 && states.length > 1 ? [state, state] : [state])),
    ),
  },
  {
    mistake: 'leaves a state out where two changes were made at once',
    noticedBy: 'concurrent changes each leave their own state, and each changes what it named',
    make: onStates((states) =>
      states.filter(
        ({ record }, place) =>
          place === 0 || record.audit.modified.epochSeconds !== states[place - 1]?.record.audit.modified.epochSeconds,
      ),
    ),
  },
  {
    mistake: 'takes every record for completely known',
    noticedBy: 'a record that was changed more than a second after it was made is not completely known',
    make: onPage(() => ({ complete: true })),
  },
  {
    mistake: 'shows the states of one record for another',
    noticedBy: 'many records each have their own states',
    make: (good) => {
      let first: Parameters<Queries['listRevisions']>[0] | undefined;
      return async (ref, range) => {
        first ??= ref;
        return await good.listRevisions(first, range);
      };
    },
  },
  {
    mistake: 'numbers from the newest',
    noticedBy: NUMBERED,
    make: onStates((states) => states.map((state, place) => ({ ...state, number: place + 1 }))),
  },
  {
    mistake: 'does not know the state before the last of a page',
    noticedBy: WALKED,
    make: onStates((states) => states.map((state, place) => ({ ...state, previous: states[place + 1]?.record }))),
  },
  {
    mistake: 'counts from the newest where a page begins',
    noticedBy: WALKED,
    make: (good) => {
      let total = 0;
      return async (ref, { limit, after }) => {
        const page = await good.listRevisions(ref, { limit: 1000 });
        if (page === undefined) return undefined;
        if (after === undefined) total = page.results.length;
        const all = page.results.map((state, index) => ({ ...state, place: String(total - index) }));
        const skipped = after === undefined ? 0 : total - Number(after) + 1;
        return { ...page, results: all.slice(skipped, skipped + limit), more: all.length > skipped + limit };
      };
    },
  },
  {
    mistake: 'begins at the newest for a place that it does not know',
    noticedBy: 'an invalid place is refused',
    make: (good) => (ref, request) =>
      good.listRevisions(ref, request).catch(() => good.listRevisions(ref, { limit: request.limit })),
  },
  {
    mistake: 'always says that there is more',
    noticedBy: WALKED,
    make: onPage(() => ({ more: true })),
  },
  {
    mistake: 'returns an empty page for a missing record',
    noticedBy: 'another owner’s record, and one that is not there, have no page',
    make: (good) => async (ref, range) =>
      (await good.listRevisions(ref, range)) ?? {
        results: [],
        more: false,
        complete: true,
        asOf: { epochSeconds: 0, microsecond: 0 },
      },
  },
];

function withRevisions(store: Store, patientInstallations: Queries): Store {
  const revisions = { ...store.queries.revisions, patientInstallations };
  return { ...store, queries: { ...store.queries, revisions } };
}

/** Each with the contract's cases for a store that has the mistake. */
export const wrongRevisions = [
  ...mistakes.map(({ mistake, noticedBy, make }) => ({
    mistake: `revisions that it ${mistake}`,
    noticedBy: `of phone installations, ${noticedBy}`,
    cases: revisionQueriesContract(async () => {
      const good = inMemoryStore();
      const listRevisions = make(good.queries.revisions.patientInstallations);
      return withRevisions(good, { listRevisions });
    }),
  })),
  {
    mistake: 'an eraser that leaves earlier states behind',
    noticedBy: 'after erasing, a record of the same id has no earlier states',
    cases: revisionQueriesContract(async () => {
      const good = inMemoryStore();
      const kept = inMemoryStore();
      return {
        ...good,
        patientInstallations: {
          ...good.patientInstallations,
          add: async (record, retry) => {
            await kept.patientInstallations.add(record).catch(() => kept.byHand.patientInstallations.overwrite(record));
            return await good.patientInstallations.add(record, retry);
          },
          update: async (ref, change, expected) => {
            await kept.patientInstallations.update(ref, change, expected);
            return await good.patientInstallations.update(ref, change, expected);
          },
        },
        queries: withRevisions(good, {
          listRevisions: async (ref, request) =>
            (await good.patientInstallations.find(ref)) &&
            (await kept.queries.revisions.patientInstallations.listRevisions(ref, request)),
        }).queries,
      };
    }),
  },
];
