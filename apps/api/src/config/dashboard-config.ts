import { signInSettings } from '@polaris-telemetry/dashboard/settings';
import type { DashboardConfig } from './config.js';
import type { Review } from './review.js';
import type { SettingValues } from './settings.js';

const COMPANIONS = [
  'DASHBOARD_CLIENT_SECRET',
  'DASHBOARD_CLIENT_SECRET_FILE',
  'DASHBOARD_URL',
  'DASHBOARD_SESSION_KEY',
  'DASHBOARD_SESSION_KEY_FILE',
] as const;

/** Decides how people sign in to the dashboard; undefined: not with a provider, and in production not at all. */
export function dashboardConfig(
  values: SettingValues,
  review: Review,
  production: boolean,
): DashboardConfig | undefined {
  const { DASHBOARD_CLIENT_ID, DASHBOARD_URL, AUTH0_DOMAIN, AUTH0_AUDIENCE } = values;
  if (DASHBOARD_CLIENT_ID === undefined) {
    const idle = COMPANIONS.filter((name) => review.isSet(name));
    if (idle.length > 0) review.warn(`${idle.join(' and ')} set without DASHBOARD_CLIENT_ID: no one signs in with it.`);
    return undefined;
  }
  const given = {
    DASHBOARD_CLIENT_ID,
    DASHBOARD_CLIENT_SECRET: review.secret('DASHBOARD_CLIENT_SECRET') || undefined,
    DASHBOARD_URL,
    DASHBOARD_SESSION_KEY: review.secret('DASHBOARD_SESSION_KEY') || undefined,
    AUTH0_DOMAIN,
    AUTH0_AUDIENCE,
  };
  // What was wrong on its own has been reported: the rules see it as missing.
  return signInSettings(given, production, (name, problem) => {
    if (!review.isWrong(name) && !review.isWrong(FILES[name] ?? name)) review.fault(name, problem);
  });
}

/** The setting that a file may stand in for. */
const FILES: Readonly<Record<string, 'DASHBOARD_SESSION_KEY_FILE'>> = {
  DASHBOARD_SESSION_KEY: 'DASHBOARD_SESSION_KEY_FILE',
};
