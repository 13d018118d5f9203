import { setTimeout as sleep } from 'node:timers/promises';
import { spreadOf } from '../../kit/statistics.ts';
import { duration } from './findings.ts';
import { read, type Subject } from './subject.ts';

const APP = 'audience=patient&app_product=GDM';

/** The reports, each with the milliseconds that half of them may take. */
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

export const REPORT_PATHS: readonly string[] = Object.values(REPORTS).map(({ path }) => `reports/${path}`);

/** Times each report `rounds` times and more, each time on a new `as_of`, one after the other. */
export async function measureReports(subject: Subject): Promise<void> {
  const rounds = 2 * subject.options.rounds + 1;
  for (const [name, { path, goal }] of Object.entries(REPORTS)) {
    const times: number[] = [];
    let asOf = '';
    while (times.length < rounds) {
      const { json, took } = await read(subject, `reports/${path}`);
      // The first one is cold: nothing is compiled yet.
      if (asOf !== '' && json.as_of !== asOf) times.push(took);
      asOf = json.as_of;
      await sleep(400);
    }
    const { median, max } = spreadOf(times);
    subject.note(
      `${name}, p50 (slowest)`,
      `${duration(median)} (${duration(max)})`,
      goal === undefined ? '' : `p50 <= ${goal} ms`,
    );
  }
}
