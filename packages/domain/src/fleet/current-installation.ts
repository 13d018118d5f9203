import { compareInstants, type Instant } from '../values/instant.js';
import { compareText, type Text } from '../values/text.js';
import { effectiveDate, isClockSuspect } from './effective-date.js';
import { type InstallationHistory, presentState, runningNow, versionSince } from './installation-history.js';

/** What a person currently runs of a product. */
export interface CurrentInstallation<History extends InstallationHistory = InstallationHistory> {
  readonly appProduct: Text;
  readonly appVersion: Text;
  /** The installation that counts. */
  readonly history: History;
  /** Its effective date. */
  readonly since: Instant;
  /** When it started to run its present version. */
  readonly versionSince: Instant;
  /** The latest `modified` of the person's installations of the product. */
  readonly lastSeen: Instant;
  /** How many installations of the product the person has. */
  readonly installations: number;
  /** How many of these have an impossible date of first use. */
  readonly clockSuspect: number;
}

/** An installation's rank among those of one person and product. */
export interface Rank {
  readonly since: Instant;
  readonly version: string;
  readonly created: Instant;
  readonly id: string;
}

/** Orders a person's installations of a product, the current one last: by effective date, version, `created` and id, texts by bytes. */
export function compareRanks(left: Rank, right: Rank): number {
  return (
    compareInstants(left.since, right.since) ||
    compareText(left.version, right.version) ||
    compareInstants(left.created, right.created) ||
    compareText(left.id, right.id)
  );
}

/**
 * Returns what a person currently runs: one entry per product, newest `since` first, then by product.
 *
 * @param histories all installations of one person
 * @param asOf installations that become effective later do not count yet
 */
export function currentInstallations<History extends InstallationHistory>(
  histories: readonly History[],
  asOf: Instant,
): CurrentInstallation<History>[] {
  const byProduct = new Map<Text, History[]>();
  for (const history of histories) {
    const running = runningNow(history, asOf);
    if (running === undefined) continue;
    const same = byProduct.get(running.appProduct);
    if (same === undefined) byProduct.set(running.appProduct, [history]);
    else same.push(history);
  }
  return [...byProduct]
    .map(([appProduct, same]) => currentOf(appProduct, same))
    .sort((left, right) => compareInstants(right.since, left.since) || compareText(left.appProduct, right.appProduct));
}

function currentOf<History extends InstallationHistory>(
  appProduct: Text,
  histories: readonly History[],
): CurrentInstallation<History> {
  const history = histories.reduce((last, each) => (compareRanks(rankNow(each), rankNow(last)) > 0 ? each : last));
  return {
    appProduct,
    appVersion: presentState(history).appVersion,
    history,
    since: effectiveDate(history),
    versionSince: versionSince(history),
    lastSeen: histories.map((each) => presentState(each).at).reduce(later),
    installations: histories.length,
    clockSuspect: histories.filter(isClockSuspect).length,
  };
}

function rankNow(history: InstallationHistory): Rank {
  const { id, created } = history;
  return { since: effectiveDate(history), version: presentState(history).appVersion, created, id };
}

function later(left: Instant, right: Instant): Instant {
  return compareInstants(left, right) < 0 ? right : left;
}
