import { searchLink } from '../links.js';
import type { Visit } from '../page.js';
import { READ_FLEET } from '../scopes.js';

/** Returns the link to the people of a figure; undefined if there are none, or the token may not see them. */
export type LinkPeople = (search: string | null, count?: number) => string | undefined;

/** Links the figures of reports to the people in them, if the token may search. */
export function linkPeople({ may }: Visit): LinkPeople {
  if (!may(READ_FLEET)) return () => undefined;
  return (search, count = 1) => (count === 0 ? undefined : searchLink(search));
}
