import type { z } from 'zod';
import { type InputFault, MOST_FAULTS, Problem } from './problem.js';

const DETAIL = 'The body is not valid.';

/** A check of a body beyond its schema, for example against the path. */
export type FurtherFaults = (body: Readonly<Record<string, unknown>>) => readonly InputFault[];

/** Parses a body by its schema. Returns the value, or a problem with every fault. */
export function validate<Value>(
  schema: z.ZodType<Value>,
  body: unknown,
  furtherFaults?: FurtherFaults,
): Value | Problem {
  const parsed = schema.safeParse(body);
  const further = furtherFaults !== undefined && isObject(body) ? furtherFaults(body) : [];
  if (parsed.success && further.length === 0) return parsed.data;
  const faults = parsed.error?.issues.flatMap(faultsOf) ?? [];
  return new Problem(400, DETAIL, { faults: [...faults, ...further] });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function faultsOf(issue: z.core.$ZodIssue): InputFault[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: pointer(issue.path), message: issue.message }];
  // A problem shows no more; a body of a megabyte may have a hundred thousand.
  return issue.keys
    .slice(0, MOST_FAULTS)
    .map((key) => ({ path: pointer([...issue.path, key]), message: 'Unknown field' }));
}

/** Names of unknown fields come from the client and can be as long as a body. */
const LONGEST_NAME = 100;

/** A JSON pointer (RFC 6901). */
function pointer(path: readonly PropertyKey[]): string {
  return path
    .map((step) => {
      const name = String(step);
      const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
      return `/${shown.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    })
    .join('');
}
