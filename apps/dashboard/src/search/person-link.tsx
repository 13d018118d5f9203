import { Text } from '../layout/text.js';
import { linkTo } from '../links.js';
import type { Visit } from '../page.js';
import { ERASE, EXPORT, READ_ALL } from '../scopes.js';

/** A person's id, which leads to the person if the token may see anything of one. */
export function PersonLink({ id, may }: { readonly id: string; readonly may: Visit['may'] }) {
  if (!may(READ_ALL, EXPORT, ERASE)) return <Text value={id} />;
  return (
    <a href={linkTo('person', { id })}>
      <Text value={id} />
    </a>
  );
}
