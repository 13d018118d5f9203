import type { Cleanup } from '../../kit/cleanup.ts';
import type { Server } from '../../kit/postgres.ts';
import { figure } from '../../kit/text.ts';
import type { Options } from '../options.ts';
import { measureBuild, whenBuilt } from './build.ts';
import { measureErasures } from './erasures.ts';
import { measureExport } from './export.ts';
import { collectFindings, type Finding } from './findings.ts';
import { sizesFor } from './fleet-population.ts';
import { measureIndexPrices } from './index-prices.ts';
import { measurePages } from './pages.ts';
import { measureReports } from './reports.ts';
import { type Subject, startSubject } from './subject.ts';
import { measureDisturbance, measureFreshness, measureStaff, measureTriggers } from './writes.ts';

type Parts = Readonly<Record<string, (subject: Subject) => Promise<void>>>;

const READS: Parts = {
  build: measureBuild,
  pages: measurePages,
  reports: measureReports,
  freshness: measureFreshness,
  staff: measureStaff,
  disturbance: measureDisturbance,
  triggers: measureTriggers,
  indexes: measureIndexPrices,
};

const EXPORT: Parts = { rows: measureExport, erasures: measureErasures };

/** Measures the reading side on a fleet of each size. */
export async function measureFleets(
  options: Options,
  server: Server,
  cleanup: Cleanup,
): Promise<{ rows: number; findings: Finding[] }[]> {
  const results: { rows: number; findings: Finding[] }[] = [];
  for (const rows of options.rows) {
    const { findings, note } = collectFindings();
    const { people, desktops, meters } = sizesFor(rows);
    console.log(
      `\n## ${figure(rows)} installations of ${figure(people)} people, ${figure(desktops)} desktops, ${figure(meters)} meters\n`,
    );
    const subject = await startSubject(rows, { options, server, cleanup, note });
    const all = { ...(options.reads ? READS : {}), ...(options.export ? EXPORT : {}) };
    for (const [name, measure] of Object.entries(all)) {
      if (!options.parts.includes(name)) continue;
      // The build begins anew by itself.
      if (measure !== measureBuild) await whenBuilt(subject);
      await measure(subject);
    }
    await subject.service.stop();
    results.push({ rows, findings });
  }
  return results;
}
