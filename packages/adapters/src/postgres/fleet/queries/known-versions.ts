import { isWithin, parseVersion, type VersionRange } from '@polaris-telemetry/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../../tables.js';
import { LONGEST } from '../long-texts.js';

/** In bytes: how much text of a product's versions is read to sort them. Beyond it, the longest versions have no place in the order. */
const MOST_TEXT = 16 * 1_048_576;

/** How many versions of all products a search looks at. */
const MOST_NUMBERS = 50_000;

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

/** The condition that a row of `fleet_product as p` is a product of a kind: one of these, if any are named. */
function productsAmong(kind: string, names: readonly string[] | undefined): RawBuilder<unknown> {
  return names === undefined ? sql`p.kind = ${kind}` : productsOf(kind, names);
}

/** A version of a product. */
interface KnownVersion {
  /** Its number, as the current installations have it. */
  readonly id: number;
  readonly text: string;
}

/** Which versions to find. */
interface WantedVersions {
  /** Of these products; absent: of all. */
  readonly products?: readonly string[] | undefined;
  /** With these texts; absent: with any. */
  readonly texts?: readonly string[] | undefined;
}

/**
 * Reads the versions in a range, of those that have a place in the order: reports distinguish the same, so a report's figure and its
 * search agree.
 */
export async function readVersionsWithin(
  db: Kysely<Database>,
  kind: string,
  range: VersionRange,
  { products, texts }: WantedVersions,
): Promise<readonly KnownVersion[]> {
  const { rows } = await sql<KnownVersion>`
    select id, app_version as text from ${knownVersions(productsAmong(kind, products))} as known
     where app_version is not null order by id limit ${sql.lit(MOST_NUMBERS)}
  `.execute(db);
  const wanted = texts && new Set(texts);
  return rows.filter(({ text }) => wanted?.has(text) !== false && isWithin(parseVersion(text), range));
}

/** The numbers of versions. */
export interface VersionNumbers {
  readonly numbers: readonly number[];
  /** Whether one of them stands for several versions, because their product has too many. */
  readonly areShared: boolean;
}

/** @returns the numbers of all wanted versions; undefined if there are too many of them */
export async function readVersionNumbers(
  db: Kysely<Database>,
  kind: string,
  { products, texts }: WantedVersions,
): Promise<VersionNumbers | undefined> {
  const digests = sql`v.digest in (select sha256(convert_to(text, 'UTF8')) from unnest(${texts}::text[]) as text)`;
  const { rows } = await sql<{ id: number; isShared: boolean }>`
    select v.id, v.kind_of_version = 'other' as "isShared"
      from fleet_version as v join fleet_product as p on p.id = v.product
     where ${productsAmong(kind, products)}
       and (v.kind_of_version = 'other' or v.kind_of_version = 'version' and ${texts === undefined ? sql`true` : digests})
     limit ${sql.lit(MOST_NUMBERS + 1)}
  `.execute(db);
  if (rows.length > MOST_NUMBERS) return undefined;
  return { numbers: rows.map(({ id }) => id), areShared: texts !== undefined && rows.some(({ isShared }) => isShared) };
}
