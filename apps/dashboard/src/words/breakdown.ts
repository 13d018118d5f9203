import type { Breakdown } from '@polaris-telemetry/client';
import { type Audience, counted, numberText, PEOPLE, percent } from './numbers.js';
import { visibleText } from './visible-text.js';

/** The text that names a group; the API sends every requested one. */
export function textOf(group: Readonly<Record<string, unknown>>, name: string): string | null {
  const text = group[name];
  return typeof text === 'string' ? text : null;
}

const OTHERS = ['other', 'others'] as const;

/** Says which group is the largest, or that several are: `SM-A528B, 4.2.0 is the largest group: 9 of 40 patients (23 %).` */
export function breakdownFinding({ people, results }: Breakdown, by: readonly string[], audience: Audience): string {
  const [largest] = results;
  if (largest === undefined) return `No ${PEOPLE[audience][0]} matches.`;
  const name = by.map((each) => visibleText(textOf(largest, each) ?? '')).join(', ');
  const size = `${numberText(largest.people)} of ${counted(people, PEOPLE[audience])} (${percent(largest.share)})`;
  const equals = results.filter((group) => group.people === largest.people).length - 1;
  if (equals === 0) return `${name} is the largest group: ${size}.`;
  return `${name} and ${counted(equals, OTHERS)} are the largest groups: ${size} each.`;
}
