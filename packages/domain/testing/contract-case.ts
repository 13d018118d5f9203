/**
 * One promise of a port, and how to check it. Contracts are plain lists of such cases, so that any test framework can
 * run them: `for (const { name, check } of cases) it(name, check)`.
 */
export interface ContractCase {
  readonly name: string;
  /** The promise is not made by a store where an id is unique only among the records of its owner. */
  readonly wantsUniqueIds?: true;
  /** Rejects when the promise is broken: with a ContractViolation, or with an unexpected error of the implementation. */
  check(): Promise<void>;
}

/** What a contract's `check` rejects with when an answer is not the promised one; its message names the first difference. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
}

/** @throws ContractViolation unless both are equal, field by field */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const difference = firstDifference(actual, expected, what);
  if (difference !== undefined) throw new ContractViolation(difference);
}

/** @throws ContractViolation unless the promise rejects with an error of that class */
export async function expectRejection(
  promise: Promise<unknown>,
  errorClass: abstract new (...args: never[]) => Error,
  what: string,
): Promise<void> {
  const outcome = await promise.then(
    (value) => `it resolved to ${JSON.stringify(value)}`,
    (error: unknown) => (error instanceof errorClass ? undefined : `it rejected with ${String(error)}`),
  );
  if (outcome !== undefined) throw new ContractViolation(`${what}: expected ${errorClass.name}, but ${outcome}`);
}

/** Whether two values are equal, field by field; records are plain data. */
export function equal(left: unknown, right: unknown): boolean {
  return firstDifference(left, right, '') === undefined;
}

/** Describes the first difference between two values; undefined when they are equal. */
function firstDifference(actual: unknown, expected: unknown, path: string): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  if (!isObject(actual) || !isObject(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    return `${path}: expected ${shown(expected)}, got ${shown(actual)}`;
  }
  const left = new Map<string, unknown>(Object.entries(actual));
  const right = new Map<string, unknown>(Object.entries(expected));
  for (const key of new Set([...right.keys(), ...left.keys()])) {
    if (!left.has(key)) return `${path}.${key}: expected ${shown(right.get(key))}, but there is none`;
    if (!right.has(key)) return `${path}.${key}: expected none, got ${shown(left.get(key))}`;
    const difference = firstDifference(left.get(key), right.get(key), `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  const text = Object.is(value, -0) ? '-0' : (JSON.stringify(value) ?? String(value));
  return text.length > 200 ? `${text.slice(0, 200)}… (${text.length} characters)` : text;
}
