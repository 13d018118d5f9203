import { z } from '@hono/zod-openapi';
import {
  type Fault,
  isFault,
  parseBloodGlucoseValue,
  parseInstant,
  parseMobileId,
  parseOffsetDateTime,
  parseText,
} from '@polaris-telemetry/domain';

/** A field's documentation. */
export interface FieldDoc {
  readonly description: string;
  readonly example: string | number | boolean;
}

const examples = new WeakMap<z.ZodType, FieldDoc['example']>();

/** Examples of a body or record with these fields, as their documentation has them. */
export function examplesOf(
  fields: Readonly<Record<string, z.ZodType>>,
): Record<string, FieldDoc['example'] | undefined> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, examples.get(field)]));
}

/** Adds the documentation to a field. The JSON type is explicit: a transform has none. */
function documented<Field extends z.ZodType>(field: Field, doc: FieldDoc, type: JsonSchema): Field {
  const described = field.openapi({ ...type, ...doc });
  examples.set(described, doc.example);
  return described;
}

interface JsonSchema {
  readonly type: 'string' | ['number' | 'boolean', 'null'];
  readonly format?: string;
  readonly maxLength?: number;
}

type Parse<Value> = (raw: unknown) => Value | Fault;

/** The message for a value of the wrong JSON type: the domain's own rule, or that the field is missing. */
export function ruleOf<Value>(parse: Parse<Value>) {
  return ({ input }: { readonly input?: unknown }): string => {
    if (input === undefined) return 'Required';
    const parsed = parse(input);
    return isFault(parsed) ? parsed.rule : 'must be of another type';
  };
}

/** Applies the domain's parser to a value of the right JSON type. */
export function parsedBy<Value>(parse: Parse<Value>) {
  return (raw: unknown, context: z.core.$RefinementCtx): Value => {
    const parsed = parse(raw);
    if (!isFault(parsed)) return parsed;
    context.addIssue({ code: 'custom', message: parsed.rule });
    return z.NEVER;
  };
}

/**
 * A check that puts the value of the domain's parser in the place of the raw one. A transform would do the same, with twice
 * the garbage for each field of each body.
 */
function replacedBy<Value>(parse: Parse<Value>): z.core.CheckFn<unknown> {
  return (payload) => {
    const parsed = parse(payload.value);
    if (isFault(parsed)) payload.issues.push({ code: 'custom', message: parsed.rule, input: payload.value });
    else payload.value = parsed;
  };
}

function stringField<Value>(parse: Parse<Value>, doc: FieldDoc, more: Omit<JsonSchema, 'type'> = {}) {
  // zod takes it that a check keeps the type.
  const field = z.string({ error: ruleOf(parse) }).check(replacedBy(parse)) as unknown as z.ZodType<Value, string>;
  return documented(field, doc, { type: 'string', ...more });
}

/** Any Unicode text, even empty, but without NUL and lone surrogates. */
export function text(doc: FieldDoc) {
  return stringField(parseText, doc);
}

/** An instant with the offset it was written with. */
export function offsetDateTime(doc: FieldDoc) {
  return stringField(parseOffsetDateTime, doc, { format: 'date-time' });
}

/** An instant; UTC if the zone is missing. */
export function instant(doc: FieldDoc) {
  return stringField(parseInstant, doc, { format: 'date-time' });
}

/** The id of a phone installation as the phone reports it: 36 characters at most. */
export function mobileId(doc: FieldDoc) {
  return stringField(parseMobileId, doc, { maxLength: 36 });
}

/** A finite number, or null. */
export function nullableBloodGlucoseValue(doc: FieldDoc) {
  const field = z.number({ error: ruleOf(parseBloodGlucoseValue) }).transform(parsedBy(parseBloodGlucoseValue));
  return documented(field.nullable(), doc, { type: ['number', 'null'] });
}

/** True, false, or null. */
export function nullableBoolean(doc: FieldDoc) {
  const field = z.boolean({ error: () => 'must be true, false or null' });
  return documented(field.nullable(), doc, { type: ['boolean', 'null'] });
}
