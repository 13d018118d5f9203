import { visibleText } from './visible-text.js';

/** What runs on a device of a person. */
export interface Runs {
  readonly product: string;
  readonly version: string;
  readonly device: string;
}

/** Returns the sentence about what a person runs now: `Runs GDM 4.2.0 on iPhone 13.` */
export function runsFinding(runs: readonly Runs[]): string {
  if (runs.length === 0) return 'Runs nothing now.';
  const [first = '', ...others] = runs.map(
    ({ product, version, device }) => `${visibleText(product)} ${visibleText(version)} on ${visibleText(device)}`,
  );
  if (others.length === 0) return `Runs ${first}.`;
  const last = others.length > 2 ? `${others.length} other products` : others.at(-1);
  return `Runs ${[first, ...(others.length > 2 ? [] : others.slice(0, -1))].join(', ')} and ${last}.`;
}

/** Returns the sentence about a timeline: how many installations it has, and how often their records were changed. */
export function timelineFinding(installations: number, changes: number): string {
  const installed = installations === 1 ? '1 installation' : `${installations} installations`;
  if (changes === 0) return `${installed}, never changed since.`;
  return `${installed}, changed ${changes === 1 ? 'once' : `${changes} times`} since.`;
}
