import type { SiteEntry } from './page.js';
import { accesses } from './pages/accesses/accesses.js';
import { adoption } from './pages/adoption/adoption.js';
import { breakdown } from './pages/breakdown/breakdown.js';
import { clinicians } from './pages/clinicians/clinicians.js';
import { erase } from './pages/erasures/erase.js';
import { receipt, receiptFile } from './pages/erasures/receipt.js';
import { receipts } from './pages/erasures/receipts.js';
import { meterVerification } from './pages/meter-verification/meter-verification.js';
import { meters } from './pages/meters/meters.js';
import { overview } from './pages/overview/overview.js';
import { patients } from './pages/patients/patients.js';
import { person } from './pages/person/person.js';
import { personalData } from './pages/person/personal-data.js';
import { releases } from './pages/releases/releases.js';
import { DOWNLOADS } from './reports/downloads.js';

/** Every address of the dashboard, in the order of the navigation. */
export const SITE: readonly SiteEntry[] = [
  overview,
  adoption,
  releases,
  breakdown,
  meterVerification,
  patients,
  clinicians,
  meters,
  person,
  personalData,
  accesses,
  receipts,
  erase,
  receipt,
  receiptFile,
  ...DOWNLOADS,
];
