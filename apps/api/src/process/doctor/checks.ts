import { ACCOUNT_CHECKS } from './checks/account.js';
import { CLOCK_CHECKS } from './checks/clocks.js';
import { DATABASE_CHECKS } from './checks/database.js';
import { DISK_CHECKS } from './checks/disk.js';
import { FLEET_CHECKS } from './checks/fleet.js';
import { KEY_SERVER_CHECKS } from './checks/key-server.js';
import { REACH_CHECKS } from './checks/reach.js';
import { SCHEMA_CHECKS } from './checks/schema.js';
import { SETTINGS_CHECKS } from './checks/settings.js';
import type { Check } from './finding.js';

/** Everything that the doctor looks at, in the order of its report. */
export const CHECKS: readonly Check[] = [
  ...SETTINGS_CHECKS,
  ...REACH_CHECKS,
  ...DATABASE_CHECKS,
  ...SCHEMA_CHECKS,
  ...FLEET_CHECKS,
  ...ACCOUNT_CHECKS,
  ...DISK_CHECKS,
  ...KEY_SERVER_CHECKS,
  ...CLOCK_CHECKS,
];
