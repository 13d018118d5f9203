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

/** What the documentation says of a field. */
export interface FieldDoc {
  readonly description: string;
  readonly example: string | number | boolean;
}

type Parse<Value> = (raw: unknown) => Value | Fault;

/** The message for a value of the wrong JSON type: the domain's own rule, or that the field is missing. */
function ruleOf<Value>(parse: Parse<Value>) {
  return ({ input }: { readonly input?: unknown }): string => {
    if (input === undefined) return 'Required';
    const parsed = parse(input);
    return isFault(parsed) ? parsed.rule : 'must be of another type';
  };
}

/** Lets the domain's parser have the last word on a value of the right JSON type. */
function parsedBy<Value>(parse: Parse<Value>) {
  return (raw: unknown, context: z.core.$RefinementCtx): Value => {
    const parsed = parse(raw);
    if (!isFault(parsed)) return parsed;
    context.addIssue({ code: 'custom', message: parsed.rule });
    return z.NEVER;
  };
}

function stringField<Value>(parse: Parse<Value>, doc: FieldDoc, format: { format?: string; maxLength?: number } = {}) {
  return z
    .string({ error: ruleOf(parse) })
    .transform(parsedBy(parse))
    .openapi({ type: 'string', ...doc, ...format });
}

/** Any Unicode text, empty too, but without NUL and lone surrogates. */
export function text(doc: FieldDoc) {
  return stringField(parseText, doc);
}

/** An instant with the offset it was written with. */
export function offsetDateTime(doc: FieldDoc) {
  return stringField(parseOffsetDateTime, doc, { format: 'date-time' });
}

/** An instant; UTC when the zone is missing. */
export function instant(doc: FieldDoc) {
  return stringField(parseInstant, doc, { format: 'date-time' });
}

/** The id of a phone installation as the phone gives it: 36 characters at most. */
export function mobileId(doc: FieldDoc) {
  return stringField(parseMobileId, doc, { maxLength: 36 });
}

/** A finite number, or null. */
export function nullableBloodGlucoseValue(doc: FieldDoc) {
  return z
    .number({ error: ruleOf(parseBloodGlucoseValue) })
    .transform(parsedBy(parseBloodGlucoseValue))
    .nullable()
    .openapi({ type: ['number', 'null'], ...doc });
}

/** True, false, or null. */
export function nullableBoolean(doc: FieldDoc) {
  return z
    .boolean({ error: () => 'must be true, false or null' })
    .nullable()
    .openapi({ type: ['boolean', 'null'], ...doc });
}
