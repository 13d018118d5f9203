import { Text } from '../layout/text.js';
import { linkTo } from '../links.js';
import type { Visit } from '../page.js';
import { ERASE, EXPORT, READ_ALL } from '../scopes.js';

/** Stands in place of everyone who was erased: no one's id. */
const ERASED = 'erased';

/** A person's id, linked to the person's page if the token may see it. */
export function PersonLink({ id, may }: { readonly id: string; readonly may: Visit['may'] }) {
  if (id === ERASED) return <span class="muted">{ERASED}</span>;
  if (!may(READ_ALL, EXPORT, ERASE)) return <Text value={id} />;
  return (
    <a href={linkTo('person', { id })}>
      <Text value={id} />
    </a>
  );
}
