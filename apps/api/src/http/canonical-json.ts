/** Text that is already JSON, among values that are not yet. */
class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const COMMA = new Written(',');

/**
 * Writes a value from JSON.parse so that equal values have equal texts: members sorted by name, no white space. It keeps
 * its own stack, because a body may be nested deeper than calls can be.
 */
export function canonicalJson(value: unknown): string {
  let text = '';
  const ahead: unknown[] = [value];
  while (ahead.length > 0) {
    const next = ahead.pop();
    if (next instanceof Written) text += next.text;
    else if (Array.isArray(next))
      pushAll(
        ahead,
        '[',
        next.map((item) => [item]),
        ']',
      );
    else if (typeof next === 'object' && next !== null) pushAll(ahead, '{', membersOf(next), '}');
    else text += JSON.stringify(next);
  }
  return text;
}

function membersOf(object: object): unknown[][] {
  const members = Object.entries(object).sort(([left], [right]) => (left < right ? -1 : 1));
  return members.map(([name, value]) => [new Written(`${JSON.stringify(name)}:`), value]);
}

/** Puts items on the stack, the first one on top, with commas between them. */
function pushAll(stack: unknown[], open: string, items: readonly unknown[][], close: string): void {
  stack.push(new Written(close));
  for (let index = items.length - 1; index >= 0; index--) {
    stack.push(...(items[index] ?? []).reverse());
    if (index > 0) stack.push(COMMA);
  }
  stack.push(new Written(open));
}
