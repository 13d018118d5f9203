import type { Outdated } from '@polaris-telemetry/client';
import { type Audience, counted, numberText, PEOPLE, percent } from './numbers.js';
import { visibleText } from './visible-text.js';

/** Says how many are behind: `12 of 40 patients (30 %) run a version below 4.2.0.` */
export function outdatedFinding(report: Outdated, below: string, audience: Audience): string {
  const { people, people_below, share, unordered } = report;
  const limit = visibleText(below);
  const behind =
    people_below === 0
      ? `No ${PEOPLE[audience][0]} runs a version below ${limit}.`
      : `${numberText(people_below)} of ${counted(people, PEOPLE[audience])} (${percent(share)}) ${people_below === 1 ? 'runs' : 'run'} a version below ${limit}.`;
  if (unordered === 0) return behind;
  const verb = unordered === 1 ? 'runs' : 'run';
  return `${behind} ${counted(unordered, PEOPLE[audience])} ${verb} a version that has no place in the order, and may be behind too.`;
}
