import {
  type Access,
  type Actor,
  type AddOutcome,
  type Clock,
  compareInstants,
  compareText,
  ERASED,
  type Erasure,
  type ErasureQueries,
  type ErasureRequest,
  InvalidPlaceError,
  idsIn,
  isRetryKeyRemembered,
  isSameRequest,
  type PersonCounts,
  type PersonEraser,
  type Retry,
  withoutPeople,
} from '../../src/index.js';
import type { InMemoryAccesses } from '../access/in-memory-accesses.js';
import type { HeldOnPerson, InMemoryRecords } from '../in-memory-records.js';

type Records = Pick<InMemoryRecords<never, never>, 'countPerson' | 'erasePerson'>;

/** The kinds of records of one store. */
export interface ErasableKinds {
  readonly mobiles: Records;
  readonly desktops: Records;
  readonly meters: Records;
}

/** Erasures that are kept in memory: the reference implementation of both ports. */
export interface InMemoryErasures extends PersonEraser, ErasureQueries {
  /** Whether a person was erased and has no record since. */
  isGone(id: string): boolean;
}

export function inMemoryErasures(
  { mobiles, desktops, meters }: ErasableKinds,
  accesses: () => InMemoryAccesses,
  clock: Clock,
): InMemoryErasures {
  let receipts: Erasure[] = [];
  const retries = new Map<string, { readonly retry: Retry; readonly erasure: Erasure }>();
  const subjects = new Map<string, string>();
  // Any two people have two subjects, the same person the same one: a number, which says nothing of the id.
  const subjectOf = (id: string) => {
    const subject = subjects.get(id) ?? `subject ${subjects.size + 1}`;
    subjects.set(id, subject);
    return subject;
  };

  function held(personId: string): HeldOnPerson[] {
    return [mobiles, desktops, meters].map((kind) => kind.countPerson(personId));
  }

  function count(personId: string): PersonCounts {
    const all = held(personId);
    const [mobile, desktop, meter] = all;
    const sum = (name: keyof HeldOnPerson) => all.reduce((total, each) => total + each[name], 0);
    return {
      patientInstallations: mobile?.records ?? 0,
      clinicianInstallations: desktop?.records ?? 0,
      bloodGlucoseMeters: meter?.records ?? 0,
      revisions: sum('states'),
      retryCopies: sum('retryCopies'),
      namesInOthersRecords: sum('namesInOthers'),
      accesses: accesses().all.filter((access) => idsIn(access).includes(personId)).length,
    };
  }

  function forget(personId: string): void {
    const isPerson = (id: string) => id === personId;
    for (const kind of [mobiles, desktops, meters]) kind.erasePerson(personId);
    const { all } = accesses();
    const actorAfter = (actor: Actor) => (isPerson(actor) ? (ERASED as Actor) : actor);
    const without = (access: Access) => ({ ...withoutPeople(access, isPerson), actor: actorAfter(access.actor) });
    all.splice(0, all.length, ...all.map(without));
    receipts = receipts.map((receipt) => ({ ...receipt, by: actorAfter(receipt.by) }));
  }

  async function erase({ id, personId, at, by, retry, access }: ErasureRequest): Promise<AddOutcome<Erasure>> {
    const retryId = retry && JSON.stringify([personId, retry.key]);
    const earlier = retryId === undefined ? undefined : retries.get(retryId);
    if (retry && earlier && isRetryKeyRemembered(earlier.erasure.at, at)) {
      const record = receipts.find((receipt) => receipt.id === earlier.erasure.id) ?? earlier.erasure;
      return isSameRequest(earlier.retry, retry) ? { outcome: 'replayed', record } : { outcome: 'conflict' };
    }
    const erasure = { id, at, by, counts: count(personId), subject: subjectOf(personId) };
    receipts.push(erasure);
    if (retry && retryId) retries.set(retryId, { retry, erasure });
    forget(personId);
    if (access) accesses().all.push(withoutPeople(access, (each) => each === personId));
    return { outcome: 'added', record: erasure };
  }

  return {
    erase,
    count: async (personId) => count(personId),
    isGone: (id) => subjects.has(id) && held(id).every(({ records }) => records === 0),
    find: async (id) => receipts.find((receipt) => receipt.id === id),
    async list({ limit, after }) {
      const place = ({ id }: Erasure) => `receipt ${id}`;
      const newestFirst = (a: Erasure, b: Erasure) => compareInstants(b.at, a.at) || compareText(b.id, a.id);
      const sorted = receipts.toSorted(newestFirst);
      const start = after === undefined ? 0 : sorted.findIndex((receipt) => place(receipt) === after) + 1;
      if (after !== undefined && start === 0) throw new InvalidPlaceError('this place is none of the list');
      const results = sorted.slice(start, start + limit).map((record) => ({ record, place: place(record) }));
      return { results, more: sorted.length > start + limit, asOf: clock.now() };
    },
  };
}
