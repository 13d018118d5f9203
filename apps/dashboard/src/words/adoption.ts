import type { Adoption } from '@polaris-telemetry/client';
import { dayInWords } from './dates.js';
import { counted, numberText, PEOPLE, percent } from './numbers.js';
import { visibleText } from './visible-text.js';

/** Says which version gained the most people over the days: `4.2.0 went from 0 to 28 of 40 patients (70 %) …` */
export function adoptionFinding({ audience, days, people, series }: Adoption): string {
  const [from, to] = [days[0], days.at(-1)];
  const everyone = people.at(-1) ?? 0;
  if (from === undefined || to === undefined) return 'There is no day to look at.';
  if (everyone === 0) return `No ${PEOPLE[audience][0]} had it at the end of ${dayInWords(to)}.`;
  const [winner] = series
    .map(({ app_version, people: counts }) => ({ app_version, first: counts[0] ?? 0, last: counts.at(-1) ?? 0 }))
    .toSorted((a, b) => b.last - b.first - (a.last - a.first));
  const period = `between ${dayInWords(from)} and ${dayInWords(to)}`;
  if (winner === undefined || winner.last <= winner.first) return `No version gained ${PEOPLE[audience][1]} ${period}.`;
  const reached = `${numberText(winner.last)} of ${counted(everyone, PEOPLE[audience])} (${percent(winner.last / everyone)})`;
  return `${visibleText(winner.app_version)} went from ${numberText(winner.first)} to ${reached} ${period}.`;
}
