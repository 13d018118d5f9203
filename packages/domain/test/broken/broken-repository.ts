import { DomainError, type Store } from '../../src/index.js';
import {
  type ContractCase,
  ContractViolation,
  inMemoryStore,
  mobileInstallationRepositoryContract,
} from '../../testing/index.js';

/** The good repository that is then broken in one way. */
export type Repository = Store['patientInstallations'];
export type Installation = Parameters<Repository['add']>[0];
export type Outcome = Awaited<ReturnType<Repository['add']>>;

/** A mistake that an implementation may make, and the promise of the contract that must notice it. */
export interface Mistake {
  readonly mistake: string;
  readonly noticedBy: string;
  /** Returns the methods that are wrong; the others stay as they are. */
  readonly make: (good: Repository) => Partial<Repository>;
}

/** The names of the promises that a repository with that mistake does not keep. */
export async function brokenPromises({ make }: Mistake): Promise<string[]> {
  const cases = mobileInstallationRepositoryContract(async () => {
    const good = inMemoryStore().patientInstallations;
    return { ...good, ...make(good) };
  });
  return violated(cases);
}

/** The names of the cases that reject as they should; any other error is a defect of the test itself. */
export async function violated(cases: readonly ContractCase[]): Promise<string[]> {
  const names: string[] = [];
  for (const { name, check } of cases) {
    await check().catch((error: unknown) => {
      if (!(error instanceof ContractViolation || error instanceof DomainError)) throw error;
      names.push(name);
    });
  }
  return names;
}

/** Remembers every record of a repository by its id alone, as a table without an owner column would. */
export function remembering(good: Repository): { all: Map<string, Installation>; repository: Repository } {
  const all = new Map<string, Installation>();
  const keep = <Result extends { outcome: string }>(result: Result): Result => {
    const record = 'record' in result ? (result.record as Installation) : undefined;
    if (record && result.outcome !== 'replayed') all.set(record.id, record);
    return result;
  };
  return {
    all,
    repository: {
      ...good,
      add: async (...args) => keep(await good.add(...args)),
      update: async (...args) => keep(await good.update(...args)),
    },
  };
}

/** Lets everything else that is under way go on first, as a round trip to a database does. */
export const roundTrip = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
