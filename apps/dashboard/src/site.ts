import type { SitePlace } from './page.js';
import { adoption } from './pages/adoption/adoption.js';
import { breakdown } from './pages/breakdown/breakdown.js';
import { clinicians } from './pages/clinicians/clinicians.js';
import { meterVerification } from './pages/meter-verification/meter-verification.js';
import { meters } from './pages/meters/meters.js';
import { overview } from './pages/overview/overview.js';
import { patients } from './pages/patients/patients.js';
import { releases } from './pages/releases/releases.js';
import { DOWNLOADS } from './reports/downloads.js';

/** Every address of the dashboard, in the order of the navigation. */
export const SITE: readonly SitePlace[] = [
  overview,
  adoption,
  releases,
  breakdown,
  meterVerification,
  patients,
  clinicians,
  meters,
  ...DOWNLOADS,
];
