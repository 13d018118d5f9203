import type { Env } from './read-settings.js';
import { settings } from './settings.js';

/** Nothing else that runs on the same machine has variables of these names, so an unknown one is a slip of the pen. */
const OURS = ['DATABASE_', 'AUTH0_', 'HS_'] as const;

/** What Kubernetes and Docker set for a Service or link whose name is `database`. */
const OF_THE_PLATFORM = /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)(_|$)/;

/** One sentence for each variable that looks like a setting and is none. Its value may be a secret and is not repeated. */
export function unknownSettings(env: Env): string[] {
  return Object.keys(env).flatMap((name) => {
    const prefix = OURS.find((ours) => name.toUpperCase().startsWith(ours));
    if (prefix === undefined || name in settings || OF_THE_PLATFORM.test(name)) return [];
    const known = Object.keys(settings).filter((setting) => setting.startsWith(prefix));
    return [`${name} is not a setting, and is ignored. There are ${known.join(', ')}.`];
  });
}
