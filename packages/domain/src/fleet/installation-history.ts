import type { Device, Installation } from '../installation/installation.js';
import type { RecordId } from '../values/ids.js';
import { compareInstants, type Instant } from '../values/instant.js';
import type { Text } from '../values/text.js';
import { effectiveDate, type InstallationDates } from './effective-date.js';

/** What an installation ran from an instant on, as far as the rules for who runs what need it. */
export interface RunningApp {
  /** The state's `modified`. Do not trust its order: states written by SQL or other services may go back in time. */
  readonly at: Instant;
  readonly appProduct: Text;
  readonly appVersion: Text;
}

/** An installation and all that is known about what it ran. */
export interface InstallationHistory extends InstallationDates {
  readonly id: RecordId;
  /** Whether the oldest known state is the record's first. If not, the version before it is unknown. */
  readonly complete: boolean;
  /** Oldest known state first; the last is the present one. Never empty. */
  readonly states: readonly [RunningApp, ...RunningApp[]];
}

/** What an installation runs at an instant. */
export interface RunningAt {
  readonly appProduct: Text;
  /** Undefined if unknown. */
  readonly appVersion: Text | undefined;
  /** The version that decides its rank among a person's installations, even if the version it ran is unknown. */
  readonly rankVersion: Text;
}

/**
 * Returns the history of an installation from the record's states.
 *
 * @param states every known state of the record, oldest first; the last is the present record
 */
export function historyOf<D extends Device>(
  states: readonly [Installation<D>, ...Installation<D>[]],
): InstallationHistory {
  const [oldest] = states;
  const present = states.at(-1) ?? oldest;
  const running = ({ audit, device }: Installation<D>): RunningApp => ({
    at: audit.modified,
    appProduct: device.appProduct,
    appVersion: device.appVersion,
  });
  const [, ...later] = states;
  return {
    id: present.id,
    firstUsed: present.firstUsed.instant,
    created: present.audit.created,
    complete: isFirstState(oldest.audit),
    states: [running(oldest), ...later.map(running)],
  };
}

/** Whether a state is its record's first: it was modified no later than one second after it was created. */
export function isFirstState({
  created,
  modified,
}: {
  readonly created: Instant;
  readonly modified: Instant;
}): boolean {
  return compareInstants(modified, { ...created, epochSeconds: created.epochSeconds + 1 }) <= 0;
}

/** Returns what an installation ran at an instant, according to the known states; undefined before its effective date. */
export function runningAt(history: InstallationHistory, at: Instant): RunningAt | undefined {
  if (compareInstants(effectiveDate(history), at) > 0) return undefined;
  const state = history.states.findLast((each) => compareInstants(each.at, at) <= 0);
  if (state !== undefined) return known(state);
  const [oldest] = history.states;
  return history.complete ? known(oldest) : unknownBefore(oldest);
}

/** Returns what an installation runs now: its present record, whatever the state's `at` says; undefined before its effective date. */
export function runningNow(history: InstallationHistory, asOf: Instant): RunningAt | undefined {
  return compareInstants(effectiveDate(history), asOf) > 0 ? undefined : known(presentState(history));
}

/** Returns the present state. */
export function presentState({ states }: InstallationHistory): RunningApp {
  return states.at(-1) ?? states[0];
}

/** Returns when the present version started to run without a break, as far as states are known. */
export function versionSince(history: InstallationHistory): Instant {
  const { appVersion } = presentState(history);
  const lastOther = history.states.findLastIndex((state) => state.appVersion !== appVersion);
  return (lastOther < 0 ? undefined : history.states[lastOther + 1]?.at) ?? effectiveDate(history);
}

export function known({ appProduct, appVersion }: RunningApp): RunningAt {
  return { appProduct, appVersion, rankVersion: appVersion };
}

export function unknownBefore({ appProduct, appVersion }: RunningApp): RunningAt {
  return { appProduct, appVersion: undefined, rankVersion: appVersion };
}
