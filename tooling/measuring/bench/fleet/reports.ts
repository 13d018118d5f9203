import { setTimeout as sleep } from 'node:timers/promises';
import { spreadOf } from '../../kit/statistics.ts';
import { duration } from './findings.ts';
import { request, type Subject } from './subject.ts';

const APP = 'audience=patient&app_product=GDM';

/** The reports, each with the goal for its median in milliseconds. */
const REPORTS: Readonly<Record<string, { readonly path: string; readonly goal?: number }>> = {
  products: { path: 'products', goal: 50 },
  releases: { path: `releases?${APP}`, goal: 50 },
  'outdated, below the middle': { path: `outdated?${APP}&below=3.5`, goal: 50 },
  'adoption, 90 days': { path: `adoption?${APP}`, goal: 50 },
  'adoption, all history by month': { path: `adoption?${APP}&from=2019-01-01&interval=month`, goal: 100 },
  'breakdown by model': { path: `breakdown?${APP}&by=model`, goal: 250 },
  'breakdown by three texts': { path: `breakdown?${APP}&by=app_version,phone_os_version,model`, goal: 250 },
  'breakdown of the last year’s': { path: `breakdown?${APP}&by=model&since_from=2025-11-01T00:00:00Z` },
  'meter verification by serial number': { path: 'meter_verification?by=serial_number', goal: 400 },
  'meter verification by model': { path: 'meter_verification?by=model', goal: 400 },
  'meter verification by serial number, readings': {
    path: 'meter_verification?by=serial_number&unit=reading',
    goal: 400,
  },
};

/** Twenty different questions, of all kinds: those above, and others. */
export const REPORT_PATHS: readonly string[] = [
  ...Object.values(REPORTS).map(({ path }) => path),
  'releases?audience=clinician&app_product=GDM',
  `outdated?${APP}&below=4.1`,
  `adoption?${APP}&interval=week&top=20`,
  `breakdown?${APP}&by=app_version`,
  `breakdown?${APP}&by=manufacturer,model&app_version_from=4`,
  'breakdown?audience=clinician&app_product=GDM&by=desktop_os',
  'meter_verification',
  'meter_verification?by=app_version',
  'meter_verification?by=manufacturer&from=2026-01-01',
].map((path) => `reports/${path}`);

/** Times the reports one after the other, each time on a new `as_of`. */
export async function measureReports(subject: Subject): Promise<void> {
  const times = new Map<string, number[]>();
  let asOf = '';
  // The first round does not count: nothing is compiled yet.
  for (let round = -1; round < 2 * subject.options.rounds; round += 1) {
    asOf = await nextAsOf(subject, asOf);
    for (const [name, { path }] of Object.entries(REPORTS)) {
      const { took } = await request(subject, `reports/${path}`);
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), took]);
    }
  }
  for (const [name, { goal }] of Object.entries(REPORTS)) {
    const { median, max } = spreadOf(times.get(name) ?? []);
    const wanted = goal === undefined ? '' : `p50 <= ${goal} ms`;
    subject.note(`${name}, p50 (slowest)`, `${duration(median)} (${duration(max)})`, wanted);
  }
}

/** Waits until the state is newer. */
export async function nextAsOf(subject: Subject, last: string): Promise<string> {
  for (;;) {
    const { json } = await request(subject, 'reports/products');
    if (json.as_of !== last) return json.as_of;
    await sleep(50);
  }
}
