import type { Vitals } from '../../database.js';
import type { Examined } from './examine.js';

/** What a check says is wrong, for an operator: never a secret, nor the id of a person. */
export interface Trouble {
  /** A failure: something does not work, or data are at risk. A note does not count. */
  readonly level: 'failure' | 'warning' | 'note';
  readonly what: string;
  readonly remedy: string;
}

/** One thing that is looked at. */
export interface Check {
  readonly name: string;
  /** Returns undefined where it could not be looked at, and what is wrong otherwise. */
  readonly find: (examined: Examined) => readonly Trouble[] | undefined;
}

/** What a check found. */
export interface Finding {
  readonly check: string;
  readonly level: Trouble['level'] | 'ok' | 'not examined';
  readonly what?: string;
  readonly remedy?: string;
}

/** A trouble, if there is one. */
type Found = Trouble | undefined | false;

export function failure(what: string, remedy: string): Trouble {
  return { level: 'failure', what, remedy };
}

export function warning(what: string, remedy: string): Trouble {
  return { level: 'warning', what, remedy };
}

/** A check of a part of what the database says of itself. */
export function checkOf<Part extends keyof Vitals>(
  name: string,
  part: Part,
  find: (vital: NonNullable<Vitals[Part]>, examined: Examined) => Found | readonly Found[],
): Check {
  return {
    name,
    find(examined) {
      const vital = examined.vitals?.[part];
      if (vital === undefined) return undefined;
      return [find(vital as NonNullable<Vitals[Part]>, examined)].flat().filter((found) => !!found);
    },
  };
}

/** Runs checks. One without trouble is one finding, and so is each trouble. */
export function runChecks(checks: readonly Check[], examined: Examined): readonly Finding[] {
  return checks.flatMap(({ name: check, find }): readonly Finding[] => {
    const troubles = find(examined);
    if (troubles === undefined) return [{ check, level: 'not examined' }];
    return troubles.length === 0 ? [{ check, level: 'ok' }] : troubles.map((trouble) => ({ check, ...trouble }));
  });
}
