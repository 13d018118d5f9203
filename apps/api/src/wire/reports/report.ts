import { z } from '@hono/zod-openapi';
import { type Audience, formatDay } from '@polaris-telemetry/domain';
import type { CsvValue } from '../csv.js';
import { choice, once, text } from '../parameters.js';
import { type SearchParameter, searchReference } from '../search-reference.js';

/** A result of a report, as JSON. */
type Result = Readonly<Record<string, unknown>>;

/** A report: the whole as JSON, and its table as CSV. If it would be too long, only the first results are shown. */
export interface Report {
  readonly results: readonly Result[];
  /** @param shown how many results there is room for */
  readonly document: (shown: number) => object;
  readonly columns: readonly string[];
  /** @param shown how many results there is room for */
  readonly rows: (shown: number) => readonly (readonly CsvValue[])[];
}

/** The table of a report whose rows are its results. */
export function tableOf(results: readonly Result[], columns: readonly string[]): Pick<Report, 'columns' | 'rows'> {
  const rowOf = (result: Result) => columns.map((column) => (result[column] ?? null) as CsvValue);
  return { columns, rows: (shown) => results.slice(0, shown).map(rowOf) };
}

/** The parameters that choose the people in a report. */
export const aboutPeople = {
  audience: once(choice('patient', 'clinician'), {
    description: 'Whose installations are counted.',
    example: 'patient',
  }),
  app_product: once(text, { description: 'People who have this product.', example: 'GDM' }),
};

/** Returns the search whose results are exactly the people in a figure; null if its reference would be too long. */
export function searchFor(
  audience: Audience,
  appProduct: string,
  more: readonly SearchParameter[] = [],
): string | null {
  return searchReference(peopleSearchPath(audience), [['app_product', appProduct], ...more]);
}

/** The path of the search for a kind of people. */
export function peopleSearchPath(audience: Audience): string {
  return `/dhos/v1/telemetry/${audience}s`;
}

/** A day as JSON. */
export function dayOrNull(day: number | undefined): string | null {
  return day === undefined ? null : formatDay(day);
}

/** The documentation of members that reports share. */
export const fields = {
  as_of: z.string().openapi({ format: 'date-time', description: 'The moment of the figures (UTC).' }),
  people: z.number().int().openapi({ description: 'The number of people; each counts once per product.' }),
  share: z
    .number()
    .min(0)
    .max(1)
    .openapi({ description: 'The share of `people` in the whole, not rounded; 0 if there are none.' }),
  search: z
    .string()
    .nullable()
    .openapi({ description: 'The search that finds exactly these people; null if it would be too long.' }),
  complete_since: z.string().nullable().openapi({
    format: 'date',
    description:
      'The first day (UTC) of revisions: earlier versions of records changed before it are unknown. Null if there was no record then.',
  }),
  more: z.number().int().optional().openapi({ description: 'How many results are left out, if any.' }),
};
