import { z } from '@hono/zod-openapi';
import { Fault, isFault, parseDay, parseOffsetDateTime, parseText, parseVersion } from '@polaris-telemetry/domain';
import type { FieldDoc } from './fields.js';
import { type Parse, parsed } from './parsed.js';

/** The schema of one value of a parameter. Its JSON type is explicit: zod sees that of the parsed value. */
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

/** A value that a parser reads. */
export function valueBy<Value>(parse: Parse<Value>, type: ValueSchema<Value>['type']): ValueSchema<Value> {
  return { schema: parsed(z.string(), parse), type };
}

/** A whole number in a range. */
export function wholeNumber(minimum: number, maximum: number): ValueSchema<number> {
  const wrong = new Fault('whole_number', `must be a whole number from ${minimum} to ${maximum}`);
  const parse = (raw: unknown) => {
    const value = /^\d{1,9}$/.test(String(raw)) ? Number(raw) : Number.NaN;
    return value >= minimum && value <= maximum ? value : wrong;
  };
  return valueBy(parse, { type: 'integer', minimum, maximum });
}

/** Any text, even empty, to compare stored texts with. */
export const text = valueBy<string>(parseText, { type: 'string' });

/** An instant with its time zone. The `+` of an offset may arrive as a space, which is its meaning in a query string. */
export const instant = valueBy(
  (raw) => {
    const dateTime = parseOffsetDateTime(String(raw).replace(/ (?=\d\d:?\d\d$)/, '+'));
    return isFault(dateTime) ? dateTime : dateTime.instant;
  },
  { type: 'string', format: 'date-time' },
);

/** A day in UTC, as days from 1970-01-01. */
export const day = valueBy(parseDay, { type: 'string', format: 'date' });

/** One of a few words. */
export function choice<const Word extends string>(...words: readonly Word[]): ValueSchema<Word> {
  const rule = words.length === 1 ? `must be ${words[0]}` : `must be one of ${words.join(', ')}`;
  const wrong = new Fault('choice', rule);
  return valueBy((raw) => words.find((word) => word === raw) ?? wrong, { type: 'string', enum: [...words] });
}

const NO_VERSION = new Fault('version_format', 'must be a version: numbers separated by dots, such as 4.2.0');

/** A version that has a place in the order of versions. */
export const version = valueBy(
  (raw) => {
    const text = parseText(raw);
    return isFault(text) ? text : (parseVersion(text) ?? NO_VERSION);
  },
  { type: 'string' },
);
