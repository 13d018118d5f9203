import type { Server } from '../../kit/postgres.ts';
import { figure } from '../../kit/text.ts';
import type { Options, Part } from '../options.ts';
import { measureBuild, whenBuilt } from './build.ts';
import { measureDisturbance } from './disturbance.ts';
import { measureErasures } from './erasures.ts';
import { measureExport } from './export.ts';
import { collectFindings, type Finding, findingsTable } from './findings.ts';
import { sizesFor } from './fleet-population.ts';
import { measureIndexPrices } from './index-prices.ts';
import { measurePages } from './pages.ts';
import { measureReports } from './reports.ts';
import { type Subject, startSubject } from './subject.ts';
import { measureFreshness, measureStaff, measureTriggers } from './writes.ts';

const DEFAULT_ROWS = 100_000;

/** Each part's option and measurement. */
const PARTS: Readonly<Record<Part, readonly ['reads' | 'export', (subject: Subject) => Promise<void>]>> = {
  build: ['reads', measureBuild],
  pages: ['reads', measurePages],
  reports: ['reads', measureReports],
  freshness: ['reads', measureFreshness],
  staff: ['reads', measureStaff],
  disturbance: ['reads', measureDisturbance],
  triggers: ['reads', measureTriggers],
  indexes: ['reads', measureIndexPrices],
  rows: ['export', measureExport],
  erasures: ['export', measureErasures],
};

/** Measures the reading side on a fleet of each size. */
export async function measureFleets(options: Options, server: Server): Promise<object> {
  const fleets: { rows: number; findings: Finding[] }[] = [];
  for (const rows of options.rows ?? [DEFAULT_ROWS]) {
    const { findings, note } = collectFindings();
    const { people, desktops, meters } = sizesFor(rows);
    console.log(
      `\n## ${figure(rows)} installations of ${figure(people)} people, ${figure(desktops)} desktops, ${figure(meters)} meters\n`,
    );
    const subject = await startSubject(rows, options, server, note);
    for (const part of options.parts) {
      const [option, measure] = PARTS[part];
      if (!options[option]) continue;
      // The build begins again by itself.
      if (part !== 'build') await whenBuilt(subject);
      await measure(subject);
    }
    await subject.service.stop();
    fleets.push({ rows, findings });
  }
  for (const { rows, findings } of fleets)
    console.log(`\n${figure(rows)} installations:\n\n${findingsTable(findings)}`);
  return { fleets };
}
