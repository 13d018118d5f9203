import type { ContractCase, FleetSubject, InMemoryStore } from '../../testing/index.js';
import { inMemoryStore } from '../../testing/index.js';

/** A mistake in a port that reads across people, and the promise of its contract that must notice it. */
export interface WrongAnswer {
  readonly mistake: string;
  readonly noticedBy: string;
  readonly cases: readonly ContractCase[];
}

type Queries = InMemoryStore['queries'];

/** Makes stores in memory that answer wrongly; the methods that are not named stay as they are. */
export const storeAnswering = (wrong: (good: Queries) => Partial<Queries>) => async (): Promise<InMemoryStore> => {
  const good = inMemoryStore();
  return { ...good, queries: { ...good.queries, ...wrong(good.queries) } };
};

/** The same, for contracts that wait for what is derived: nothing is, in memory. */
export const subjectAnswering = (wrong: (good: Queries) => Partial<Queries>) => async (): Promise<FleetSubject> => ({
  store: await storeAnswering(wrong)(),
  settle: async () => {},
});

/** A list whose places are numbers: whatever is added before one shifts it. */
export function byNumber<
  Request extends { readonly limit: number; readonly after?: string | undefined },
  Page extends { readonly results: readonly { readonly place: string }[]; readonly more: boolean },
>(list: (request: Request) => Promise<Page>): (request: Request) => Promise<Page> {
  return async (request) => {
    const { after, limit } = request;
    const whole = await list({ ...request, after: undefined, limit: 1_000 });
    const start = Number(after ?? 0);
    const results = whole.results.map((result, index) => ({ ...result, place: String(index + 1) }));
    return { ...whole, results: results.slice(start, start + limit), more: results.length > start + limit };
  };
}
