import type { MeterVerification } from '@polaris-telemetry/client';
import { textOf } from './breakdown.js';
import { counted, numberText, percent, percentRange } from './numbers.js';
import { sentenceCase } from './sentence-case.js';
import { visibleText } from './visible-text.js';

/** What readings can be grouped by, with its name. */
export const METER_DIMENSIONS = {
  model: 'phone model',
  app_version: 'app version',
  manufacturer: 'phone manufacturer',
  phone_os: 'phone system',
  serial_number: 'serial number',
} as const;

export type MeterDimension = keyof typeof METER_DIMENSIONS;

export const UNITS = { meter: ['meter', 'meters'], reading: ['reading', 'readings'] } as const;
const OTHERS = ['other', 'others'] as const;

/** Must accompany the rates wherever they appear. */
export const METER_CAUTION =
  'This is how often patients confirm what their meter sent. It is no measure of a meter’s accuracy (ISO 15197).';

/** The group of a report, by name; unknown phones have none. */
export function groupName(group: Readonly<Record<string, unknown>>, by: MeterDimension): string {
  const text = textOf(group, by);
  return text === null ? 'unknown phone' : visibleText(text);
}

/** Says how often patients disagree, and which groups stand out. */
export function metersFinding(report: MeterVerification, by?: MeterDimension): string {
  const { disagree, told, rate, low, high, unit } = report;
  if (rate === null || low === null || high === null) return 'No patient has judged a reading yet.';
  const interval = `${percent(rate, true)}; 95 % interval ${percentRange(low, high)}`;
  const overall = `Patients disagree with ${numberText(disagree)} of ${counted(told, UNITS[unit])} (${interval}).`;
  if (by === undefined) return overall;
  const flagged = report.results.filter(({ flag }) => flag === 'high');
  const [worst] = flagged;
  if (worst === undefined) return `${overall} No ${METER_DIMENSIONS[by]} stands out.`;
  const others =
    flagged.length === 1 ? '' : ` So ${flagged.length === 2 ? 'does' : 'do'} ${counted(flagged.length - 1, OTHERS)}.`;
  const isNamed = textOf(worst, by) !== null;
  const subject = isNamed
    ? `${sentenceCase(METER_DIMENSIONS[by])} ${groupName(worst, by)}`
    : 'The group of unknown phones';
  return `${overall} ${subject} disagrees more than the rest: ${numberText(worst.disagree)} of ${numberText(worst.told)}.${others}`;
}
