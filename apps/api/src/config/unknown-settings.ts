import type { Env } from './read-settings.js';
import { settings } from './settings.js';

/** Nothing else on the same machine uses variables with these names, so an unknown one is a misspelling. */
const OURS = ['DATABASE_', 'AUTH0_', 'HS_', 'DASHBOARD_'] as const;

/** What Kubernetes and Docker set for a Service or link whose name is `database`. */
const OF_THE_PLATFORM = /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)(_|$)/;

/** Returns one sentence for each variable that looks like a setting but is not one. It never repeats the value, which may be secret. */
export function unknownSettings(env: Env): string[] {
  return Object.keys(env).flatMap((name) => {
    const prefix = OURS.find((ours) => name.toUpperCase().startsWith(ours));
    if (prefix === undefined || name in settings || OF_THE_PLATFORM.test(name)) return [];
    const known = Object.keys(settings).filter((setting) => setting.startsWith(prefix));
    return [`${name} is not a setting, and is ignored. There are ${known.join(', ')}.`];
  });
}
