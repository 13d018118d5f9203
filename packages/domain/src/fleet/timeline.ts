import { SECONDS_A_DAY } from '../values/calendar.js';
import { compareInstants, type Instant, instantOfDay } from '../values/instant.js';
import type { Text } from '../values/text.js';
import { currentInstallations } from './current-installation.js';
import { CurrentVersions, type TrackedInstallation } from './current-versions.js';
import { effectiveDate } from './effective-date.js';
import { type InstallationHistory, known, type RunningAt, unknownBefore } from './installation-history.js';

/** A change in what a person counts for, at the end of a day. */
export interface DailyChange {
  /** Days from 1970-01-01 to the day, in UTC. */
  readonly day: number;
  readonly appProduct: Text;
  /** Undefined: an unknown version. */
  readonly appVersion: Text | undefined;
  /** The person joins (1) or leaves (-1) those who run this version. */
  readonly people: 1 | -1;
}

/** What a person has counted for, day by day. */
export interface Timeline {
  /** By day ascending. Their sum up to a past day is what the person counted for at its end; the sum of all is what counts now. */
  readonly changes: readonly DailyChange[];
  /** The next instant at which time alone may change the person's figures; undefined when it never does. */
  readonly due: Instant | undefined;
}

/**
 * Returns a person's timeline. A past day's figure is that of its last microsecond, according to the known states; the
 * figure of the day of `asOf` is that of the present records.
 *
 * @param histories all installations of one person
 */
export function timelineOf(histories: readonly InstallationHistory[], asOf: Instant): Timeline {
  const today = dayOf(asOf);
  const current = new CurrentVersions();
  const counted = new CountedVersions();
  let day = Number.NEGATIVE_INFINITY;
  for (const turn of turnsOf(histories)) {
    if (dayOf(turn.at) >= today) break;
    if (dayOf(turn.at) !== day) counted.endDay(day, current.changed());
    day = dayOf(turn.at);
    current.move(turn.installation, turn.running);
  }
  counted.endDay(day, current.changed());
  counted.endToday(
    today,
    new Map(currentInstallations(histories, asOf).map((now) => [now.appProduct, now.appVersion])),
  );
  return { changes: counted.changes, due: dueAfter(histories, asOf) };
}

/** Returns the day of an instant: days from 1970-01-01, in UTC. */
export function dayOf({ epochSeconds }: Instant): number {
  return Math.floor(epochSeconds / SECONDS_A_DAY);
}

/** An installation begins to count, or moves from one state to another. */
interface Turn {
  readonly at: Instant;
  readonly installation: TrackedInstallation;
  readonly running: RunningAt;
}

function turnsOf(histories: readonly InstallationHistory[]): Turn[] {
  return histories.flatMap(turnsOfOne).sort((left, right) => compareInstants(left.at, right.at));
}

function turnsOfOne(history: InstallationHistory): Turn[] {
  const { id, created, complete, states } = history;
  const since = effectiveDate(history);
  const installation: TrackedInstallation = { id, created, since, version: '', running: undefined };
  const turns: Turn[] = [];
  // A state holds from its `at` until the `at` of a later one. If time goes back, a state may never hold.
  let end: Instant | undefined;
  const holds = (from: Instant, running: RunningAt) => {
    const at = compareInstants(from, since) < 0 ? since : from;
    if (end === undefined || compareInstants(at, end) < 0) turns.push({ at, installation, running });
  };
  for (const state of states.toReversed()) {
    if (end !== undefined && compareInstants(state.at, end) >= 0) continue;
    holds(state.at, known(state));
    end = state.at;
  }
  const [oldest] = states;
  holds(since, complete ? known(oldest) : unknownBefore(oldest));
  return turns;
}

/** What a person was last counted for, and the changes that led there. */
class CountedVersions {
  readonly changes: DailyChange[] = [];
  readonly #counted = new Map<Text, Text | undefined>();

  /** @param changed the products whose version may have changed on that day; undefined if the person no longer runs it */
  endDay(day: number, changed: Iterable<readonly [Text, RunningAt | undefined]>): void {
    for (const [product, running] of changed) {
      if (running === undefined) this.#leave(day, product);
      else this.#run(day, product, running.appVersion);
    }
  }

  /** @param now all products that the person runs, and their versions */
  endToday(today: number, now: ReadonlyMap<Text, Text>): void {
    for (const product of [...this.#counted.keys()]) if (!now.has(product)) this.#leave(today, product);
    for (const [product, version] of now) this.#run(today, product, version);
  }

  #run(day: number, appProduct: Text, appVersion: Text | undefined): void {
    if (this.#counted.has(appProduct) && this.#counted.get(appProduct) === appVersion) return;
    this.#leave(day, appProduct);
    this.#counted.set(appProduct, appVersion);
    this.changes.push({ day, appProduct, appVersion, people: 1 });
  }

  #leave(day: number, appProduct: Text): void {
    if (!this.#counted.has(appProduct)) return;
    this.changes.push({ day, appProduct, appVersion: this.#counted.get(appProduct), people: -1 });
    this.#counted.delete(appProduct);
  }
}

/** When an installation becomes effective; and, if a state is dated after `asOf`, the end of that day, as its figure changes then. */
function dueAfter(histories: readonly InstallationHistory[], asOf: Instant): Instant | undefined {
  let due: Instant | undefined;
  const consider = (at: Instant) => {
    if (due === undefined || compareInstants(at, due) < 0) due = at;
  };
  for (const history of histories) {
    const since = effectiveDate(history);
    if (compareInstants(since, asOf) > 0) consider(since);
    else if (history.states.some(({ at }) => compareInstants(at, asOf) > 0)) consider(instantOfDay(dayOf(asOf) + 1));
  }
  return due;
}
