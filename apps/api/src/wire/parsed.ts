import { type Fault, isFault } from '@polaris-telemetry/domain';
import type { z } from 'zod';

/** Reads a raw value: one of the domain's parsers. */
export type Parse<Value> = (raw: unknown) => Value | Fault;

/**
 * Puts what a parser returns in the place of a value of the right JSON type. A transform would do the same, with twice the
 * garbage for each field of each body.
 */
export function parsed<Raw, Value>(schema: z.ZodType<Raw, Raw>, parse: Parse<Value>): z.ZodType<Value, Raw> {
  const replace: z.core.CheckFn<Raw> = (payload) => {
    const value = parse(payload.value);
    if (isFault(value)) payload.issues.push({ code: 'custom', message: value.rule, input: payload.value });
    else payload.value = value as never;
  };
  // zod assumes that a check keeps the type.
  return schema.check(replace) as unknown as z.ZodType<Value, Raw>;
}

/** The message for a value of the wrong JSON type: the parser's own rule, or that the field is missing. */
export function ruleOf<Value>(parse: Parse<Value>) {
  return ({ input }: { readonly input?: unknown }): string => {
    if (input === undefined) return 'Required';
    const value = parse(input);
    return isFault(value) ? value.rule : 'must be of another type';
  };
}
