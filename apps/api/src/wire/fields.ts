import { z } from '@hono/zod-openapi';
import {
  parseBloodGlucoseValue,
  parseInstant,
  parseMobileId,
  parseOffsetDateTime,
  parseText,
} from '@polaris-telemetry/domain';
import { type Parse, parsed, ruleOf } from './parsed.js';

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

/** Adds the documentation to a field. The JSON type is explicit: zod sees that of the parsed value. */
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

function stringField<Value>(parse: Parse<Value>, doc: FieldDoc, more: Omit<JsonSchema, 'type'> = {}) {
  return documented(parsed(z.string({ error: ruleOf(parse) }), parse), doc, { type: 'string', ...more });
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
  const field = parsed(z.number({ error: ruleOf(parseBloodGlucoseValue) }), parseBloodGlucoseValue);
  return documented(field.nullable(), doc, { type: ['number', 'null'] });
}

/** True, false, or null. */
export function nullableBoolean(doc: FieldDoc) {
  const field = z.boolean({ error: () => 'must be true, false or null' });
  return documented(field.nullable(), doc, { type: ['boolean', 'null'] });
}
