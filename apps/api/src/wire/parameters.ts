import { z } from '@hono/zod-openapi';
import {
  type Instant,
  type OrderedVersion,
  parseDay,
  parseOffsetDateTime,
  parseText,
  parseVersion,
} from '@polaris-telemetry/domain';
import { type FieldDoc, parsedBy } from './fields.js';

/** The schema of one value of a parameter. Its JSON type is explicit: a transform has none. */
interface ValueSchema<Value> {
  readonly schema: z.ZodType<Value, string>;
  readonly type: Readonly<Record<string, unknown>>;
}

/** How often a repeatable parameter may occur. */
const MOST_VALUES = 100;

/** A parameter that may occur once. */
export function once<Value>({ schema, type }: ValueSchema<Value>, doc: FieldDoc) {
  return z
    .array(z.string(), 'Required')
    .max(1, 'must be given once')
    .transform(([value = '']) => value)
    .pipe(schema)
    .openapi({ ...type, ...doc });
}

/** A parameter that may occur several times; any of its values matches. */
export function repeated<Value>({ schema, type }: ValueSchema<Value>, doc: FieldDoc) {
  return z
    .array(schema)
    .max(MOST_VALUES, `must be given at most ${MOST_VALUES} times`)
    .openapi({ type: 'array', items: { ...type }, ...doc, example: [doc.example] });
}

/** A whole number in a range. */
export function wholeNumber(minimum: number, maximum: number): ValueSchema<number> {
  const rule = `must be a whole number from ${minimum} to ${maximum}`;
  const schema = z
    .string()
    .regex(/^\d{1,9}$/, rule)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, rule);
  return { schema, type: { type: 'integer', minimum, maximum } };
}

/** Any text, even empty, to compare stored texts with. */
export const text: ValueSchema<string> = {
  schema: z.string().transform(parsedBy(parseText)),
  type: { type: 'string' },
};

/** An instant with its time zone. The `+` of an offset may arrive as a space, which is its meaning in a query string. */
export const instant: ValueSchema<Instant> = {
  schema: z
    .string()
    .transform((raw) => raw.replace(/ (?=\d\d:?\d\d$)/, '+'))
    .transform(parsedBy(parseOffsetDateTime))
    .transform((parsed) => parsed.instant),
  type: { type: 'string', format: 'date-time' },
};

/** A day in UTC, as days from 1970-01-01. */
export const day: ValueSchema<number> = {
  schema: z.string().transform(parsedBy(parseDay)),
  type: { type: 'string', format: 'date' },
};

/** One of a few words. */
export function choice<const Word extends string>(...words: readonly Word[]): ValueSchema<Word> {
  const rule = words.length === 1 ? `must be ${words[0]}` : `must be one of ${words.join(', ')}`;
  const schema = z.string().transform((raw, context): Word => {
    const word = words.find((each) => each === raw);
    if (word !== undefined) return word;
    context.addIssue({ code: 'custom', message: rule });
    return z.NEVER;
  });
  return { schema, type: { type: 'string', enum: [...words] } };
}

/** A version that has a place in the order of versions. */
export const version: ValueSchema<OrderedVersion> = {
  schema: z
    .string()
    .transform(parsedBy(parseText))
    .transform((raw, context): OrderedVersion => {
      const parsed = parseVersion(raw);
      if (parsed !== undefined) return parsed;
      context.addIssue({ code: 'custom', message: 'must be a version: numbers separated by dots, such as 4.2.0' });
      return z.NEVER;
    }),
  type: { type: 'string' },
};
