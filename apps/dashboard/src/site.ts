import type { SitePlace } from './page.js';
import { overview } from './pages/overview/overview.js';
import { patients } from './pages/patients/patients.js';

/** Every address of the dashboard, in the order of the navigation. */
export const SITE: readonly SitePlace[] = [overview, patients];
