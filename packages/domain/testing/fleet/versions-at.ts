import { compareRanks } from '../../src/fleet/current-installation.js';
import { effectiveDate } from '../../src/fleet/effective-date.js';
import { type RunningAt, runningAt, runningNow } from '../../src/fleet/installation-history.js';
import type { InstallationHistory, Instant, Text } from '../../src/index.js';

/**
 * What a person counts for at an instant: for each product the version of the current installation, undefined if
 * unknown. Written as the rule reads, one instant at a time; the reference for anything faster.
 */
export function versionsAt(histories: readonly InstallationHistory[], at: Instant): Map<Text, Text | undefined> {
  return versionsOf(histories, (history) => runningAt(history, at));
}

/** The same for the present records, whatever the dates of their states. */
export function versionsNow(histories: readonly InstallationHistory[], asOf: Instant): Map<Text, Text | undefined> {
  return versionsOf(histories, (history) => runningNow(history, asOf));
}

function versionsOf(
  histories: readonly InstallationHistory[],
  running: (history: InstallationHistory) => RunningAt | undefined,
): Map<Text, Text | undefined> {
  const candidates = histories.flatMap((history) => {
    const now = running(history);
    const rank = { since: effectiveDate(history), created: history.created, id: history.id };
    return now === undefined ? [] : [{ ...rank, version: now.rankVersion, running: now }];
  });
  // The last of each product stays in the map.
  return new Map(
    candidates.sort(compareRanks).map(({ running: { appProduct, appVersion } }) => [appProduct, appVersion]),
  );
}
