/** The fields of a node, or of a part of one. */
export type Fields = Readonly<Record<string, unknown>>;

/** A node of PostgreSQL's syntax tree: libpg-query gives `{ Kind: fields }`. */
export interface Node {
  readonly kind: string;
  readonly fields: Fields;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a value of the tree as a node; undefined if it is none. */
export function nodeOf(value: unknown): Node | undefined {
  if (!isFields(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0 || !/^[A-Z]/.test(entry[0]) || !isFields(entry[1])) return undefined;
  return { kind: entry[0], fields: entry[1] };
}

/** The fields of a value that is a node of this kind. */
export function fieldsOf(value: unknown, kind: string): Fields | undefined {
  const node = nodeOf(value);
  return node?.kind === kind ? node.fields : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The names in a list of strings, such as the parts of `schema.function`; `*` for all columns. */
export function namesOf(value: unknown): readonly string[] {
  return listOf(value).map((each) => textOf(fieldsOf(each, 'String')?.['sval']) ?? '*');
}

/** Visits each node below a value, outer ones first; where `enter` returns false, not what is in it. */
export function visit(value: unknown, enter: (node: Node) => boolean): void {
  if (Array.isArray(value)) {
    for (const each of value) visit(each, enter);
    return;
  }
  if (!isFields(value)) return;
  const node = nodeOf(value);
  if (node !== undefined && !enter(node)) return;
  for (const each of Object.values(node?.fields ?? value)) visit(each, enter);
}

/** Whether there is such a node below a value. */
export function has(value: unknown, isSuch: (node: Node) => boolean): boolean {
  let found = false;
  visit(value, (node) => {
    found ||= isSuch(node);
    return !found;
  });
  return found;
}

/** The same expression, without the places in the text by which two of them differ. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (key, each) => (key === 'location' ? undefined : each));
}
