/**
 * One promise of a port, and how to check it. Contracts are plain lists of such cases, so that any test framework can
 * run them: `for (const { name, check } of cases) it(name, check)`.
 */
export interface ContractCase {
  readonly name: string;
  /** Rejects with a ContractViolation when the promise is not kept. */
  check(): Promise<void>;
}

/** What a contract's `check` rejects with. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
}

/** @throws ContractViolation unless both are equal, field by field */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (!equal(actual, expected)) {
    throw new ContractViolation(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
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
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  const other: Readonly<Record<string, unknown>> = { ...right };
  return Object.entries(left).every(([key, value]) => Object.hasOwn(other, key) && equal(value, other[key]));
}
