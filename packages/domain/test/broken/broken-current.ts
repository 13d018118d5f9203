import type { CurrentRecords, Installation, MobileDevice } from '../../src/index.js';
import { type ContractCase, inMemoryStore, mobileInstallationQueriesContract } from '../../testing/index.js';

/** A mistake in what an owner runs now. */
interface WrongCurrent {
  readonly mistake: string;
  readonly noticedBy: string;
  readonly cases: readonly ContractCase[];
}

type Current = CurrentRecords<MobileDevice>;

/** Phone installations with a wrong answer to what runs now. */
function misjudged(change: (good: Current, all: readonly Installation<MobileDevice>[]) => Current) {
  return mobileInstallationQueriesContract(async () => {
    const good = inMemoryStore();
    const all: Installation<MobileDevice>[] = [];
    return {
      ...good,
      patientInstallations: {
        ...good.patientInstallations,
        add: async (installation, retry) => {
          all.push(installation);
          return good.patientInstallations.add(installation, retry);
        },
      },
      queries: {
        ...good.queries,
        patientInstallations: {
          ...good.queries.patientInstallations,
          findCurrent: async (owner) => change(await good.queries.patientInstallations.findCurrent(owner), all),
        },
      },
    };
  });
}

const sinceFirstUse = ({ current, ...rest }: Current): Current => ({
  ...rest,
  current: current.map((each) => ({ ...each, since: each.installation.firstUsed.instant })),
});

export const wrongCurrents: readonly WrongCurrent[] = [
  {
    mistake: 'a store that returns others’ installations for an owner without any',
    noticedBy: 'what an owner runs now: nothing',
    cases: misjudged((good, all) => ({
      ...good,
      current: all.map((installation) => ({ installation, since: good.asOf, versionSince: good.asOf })),
    })),
  },
  {
    mistake: 'a store that believes every date',
    noticedBy: 'what an owner runs now: a date that cannot be counts from its creation',
    cases: misjudged(sinceFirstUse),
  },
  {
    mistake: 'a store that orders by product alone',
    noticedBy: 'what an owner runs now: one of each product, newest first, then by product',
    cases: misjudged(({ current, ...rest }) => ({ ...rest, current: current.toReversed() })),
  },
  {
    mistake: 'a store that takes the record added first',
    noticedBy: 'what an owner runs now: the last by date, then by version, by creation and by id',
    cases: misjudged(({ current, ...rest }, all) => ({
      ...rest,
      current: current.map((each) => ({ ...each, installation: all[1] ?? each.installation })),
    })),
  },
  {
    mistake: 'a store that takes the shortest version',
    noticedBy: 'what an owner runs now: versions by bytes',
    cases: misjudged(({ current, ...rest }, all) => ({
      ...rest,
      current: current.map((each) => ({ ...each, installation: all.at(-1) ?? each.installation })),
    })),
  },
  {
    mistake: 'a store that counts what is still to come',
    noticedBy: 'what an owner runs now: nothing of the future',
    cases: misjudged((good, all) => ({
      ...good,
      current: all.slice(1).map((installation) => ({
        installation,
        since: installation.firstUsed.instant,
        versionSince: installation.firstUsed.instant,
      })),
    })),
  },
  {
    mistake: 'a store that takes any change for one of the version',
    noticedBy: 'what an owner runs now: a version since it was first run without a break',
    cases: misjudged(({ current, ...rest }) => ({
      ...rest,
      current: current.map((each) => ({ ...each, versionSince: each.installation.audit.modified })),
    })),
  },
  {
    mistake: 'a store that knows no change of a version',
    noticedBy: 'what an owner runs now: what changes make of it',
    cases: misjudged(({ current, ...rest }) => ({
      ...rest,
      current: current.map((each) => ({ ...each, versionSince: each.since })),
    })),
  },
];
