import type { Field } from './field.js';

/** A filter by equality with any of several texts. */
export function anyOf(name: string, label: string): Field {
  return { name, label, repeats: true };
}

/** The two ends of a range of versions. */
export function versionRange(name: string, label: string): readonly Field[] {
  return [
    { name: `${name}_from`, label: `${label} from`, hint: 'this one or a newer one', folded: true },
    {
      name: `${name}_below`,
      label: `${label} below`,
      hint: 'older than this one',
      ...(name !== 'app_version' && { folded: true }),
    },
  ];
}

/** The two ends of a range of instants. */
export function instantRange(name: string, label: string): readonly Field[] {
  return [
    { name: `${name}_from`, label: `${label}, from`, kind: 'instant', folded: true },
    { name: `${name}_before`, label: `${label}, before`, kind: 'instant', folded: true },
  ];
}

/** The order of a search; its first choice is the API's own. */
export function order(...choices: readonly (readonly [string, string])[]): Field {
  return { name: 'sort', label: 'Order', choices, required: true };
}

/** The orders of a search for people. */
export const PEOPLE_ORDER = order(
  ['-since', 'newest installation first'],
  ['since', 'oldest installation first'],
  ['-last_seen', 'last seen first'],
  ['last_seen', 'not seen for longest first'],
);
