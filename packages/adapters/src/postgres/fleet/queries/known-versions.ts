import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../../tables.js';
import { LONGEST } from '../long-texts.js';

/** In bytes: how much text of a product's versions is read to sort them. Beyond it, the longest versions have no place in the order. */
const MOST_TEXT = 16 * 1_048_576;

/**
 * The distinguished versions of products, as rows of id, product, `kind_of_version`, `app_version`. The text is null if it
 * is unknown, and for versions that are too many or too long.
 *
 * @param products a condition on `fleet_product as p`
 */
export function knownVersions(products: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select id, product, kind_of_version, case when text_so_far <= ${sql.lit(MOST_TEXT)} and octet_length(app_version) <= ${sql.lit(LONGEST)} then app_version end as app_version
      from (
        select v.*, sum(octet_length(v.app_version)) over (
                 partition by v.product order by octet_length(v.app_version), v.id) as text_so_far
          from fleet_version as v join fleet_product as p on p.id = v.product where ${products}
      ) as measured)`;
}

/** The condition that a row of `fleet_product as p` is one of these products of a kind. */
export function productsOf(kind: string, names: readonly string[]): RawBuilder<unknown> {
  return sql`p.kind = ${kind} and p.digest in (select sha256(convert_to(name, 'UTF8')) from unnest(${names}::text[]) as name)`;
}

/** Reads the texts of the versions of some products of a kind that have a place in the order, each once. */
export async function readVersions(
  db: Kysely<Database>,
  kind: string,
  products: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ text: string }>`
    select distinct app_version as text from ${knownVersions(productsOf(kind, products))} as known where app_version is not null
  `.execute(db);
  return rows.map(({ text }) => text);
}
