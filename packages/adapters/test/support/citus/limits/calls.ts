import type { Catalogue } from './catalogue.js';
import { has, type Node, namesOf } from './tree.js';

/** The name of the function that a node calls; `now` for CURRENT_TIMESTAMP and the like. */
export function calledBy({ kind, fields }: Node): string | undefined {
  if (kind === 'SQLValueFunction') return 'now';
  return kind === 'FuncCall' ? namesOf(fields['funcname']).at(-1) : undefined;
}

/** Whether a function that is not immutable is called below a value. */
export function hasMutable(value: unknown, { volatile, stable }: Catalogue): boolean {
  return has(value, (node) => {
    const name = calledBy(node);
    return name !== undefined && (volatile.includes(name) || stable.includes(name));
  });
}
