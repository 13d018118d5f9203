import type pg from 'pg';
import { digestOf } from '../long-texts.js';

/** How many versions of a product are distinguished; the rest count as one. */
const MOST_VERSIONS = 10_000;

/** A version of a product; undefined is the unknown version. Long texts are shortened. */
interface ProductVersion {
  readonly appProduct: string;
  readonly appVersion: string | undefined;
}

/**
 * The numbers of the versions of a kind's products, within one transaction of the holder of the fold's lock.
 *
 * It looks before it inserts: `on conflict do nothing` would use up a number each time.
 */
export class VersionNumbers {
  readonly #kind: string;
  readonly #products = new Map<string, number>();
  readonly #versions = new Map<string, Map<string | undefined, number>>();

  constructor(kind: string) {
    this.#kind = kind;
  }

  /** Finds the numbers of versions, and assigns numbers to new ones. */
  async learn(client: pg.ClientBase, wanted: readonly ProductVersion[]): Promise<void> {
    const unknown = new Map<string, Set<string | undefined>>();
    for (const { appProduct, appVersion } of wanted) {
      if (this.#versions.get(appProduct)?.has(appVersion)) continue;
      const versions = unknown.get(appProduct);
      if (versions === undefined) unknown.set(appProduct, new Set([appVersion]));
      else versions.add(appVersion);
    }
    const newProducts = [...unknown.keys()].filter((product) => !this.#products.has(product));
    if (newProducts.length > 0) {
      for (const [product, id] of await numberProducts(client, this.#kind, newProducts)) {
        this.#products.set(product, id);
        this.#versions.set(product, new Map());
      }
    }
    for (const [product, versions] of unknown) {
      const numbers = await numberVersions(client, this.#products.get(product) ?? 0, versions);
      for (const [version, id] of numbers) this.#versions.get(product)?.set(version, id);
    }
  }

  /** Returns the number of a version that has been looked up. */
  of({ appProduct, appVersion }: ProductVersion): number {
    const number = this.#versions.get(appProduct)?.get(appVersion);
    if (number === undefined) throw new Error('a version was not looked up');
    return number;
  }
}

async function numberProducts(
  client: pg.ClientBase,
  kind: string,
  names: readonly string[],
): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  const { rows } = await client.query<{ name: string; id: number | null }>(
    `select name, id from unnest($2::varchar[]) as name
       left join fleet_product on kind = $1 and digest = ${digestOf('name')}`,
    [kind, names],
  );
  const missing = rows.filter(({ id }) => id === null).map(({ name }) => name);
  const added =
    missing.length === 0
      ? []
      : await client
          .query<{ name: string; id: number }>(
            `insert into fleet_product (kind, app_product, digest)
             select $1, name, ${digestOf('name')} from unnest($2::varchar[]) as name
             returning app_product as name, id`,
            [kind, missing],
          )
          .then((result) => result.rows);
  for (const { name, id } of [...rows, ...added]) if (id !== null) numbers.set(name, id);
  return numbers;
}

async function numberVersions(
  client: pg.ClientBase,
  product: number,
  versions: ReadonlySet<string | undefined>,
): Promise<Map<string | undefined, number>> {
  const numbers = new Map<string | undefined, number>();
  const texts = [...versions].filter((version) => version !== undefined);
  const found = await client.query<{ text: string; id: number | null }>(
    `select text, id from unnest($2::varchar[]) as text
       left join fleet_version on product = $1 and kind_of_version = 'version' and digest = ${digestOf('text')}`,
    [product, texts],
  );
  for (const { text, id } of found.rows) if (id !== null) numbers.set(text, id);
  const missing = texts.filter((text) => !numbers.has(text));
  if (missing.length > 0) {
    const room = await roomForVersions(client, product);
    const added = await client.query<{ text: string; id: number }>(
      `insert into fleet_version (product, kind_of_version, app_version, digest)
         select $1, 'version', text, ${digestOf('text')} from unnest($2::varchar[]) as text
         returning app_version as text, id`,
      [product, missing.slice(0, room)],
    );
    for (const { text, id } of added.rows) numbers.set(text, id);
    if (missing.length > room) {
      const other = await numberOfKind(client, product, 'other');
      for (const text of missing.slice(room)) numbers.set(text, other);
    }
  }
  if (versions.has(undefined)) numbers.set(undefined, await numberOfKind(client, product, 'unknown'));
  return numbers;
}

async function roomForVersions(client: pg.ClientBase, product: number): Promise<number> {
  const { rows } = await client.query<{ known: number }>(
    `select count(*)::integer as known from fleet_version where product = $1 and kind_of_version = 'version'`,
    [product],
  );
  return Math.max(MOST_VERSIONS - (rows[0]?.known ?? 0), 0);
}

async function numberOfKind(client: pg.ClientBase, product: number, kind: 'unknown' | 'other'): Promise<number> {
  const find = () =>
    client.query<{ id: number }>(`select id from fleet_version where product = $1 and kind_of_version = $2`, [
      product,
      kind,
    ]);
  const [found] = (await find()).rows;
  if (found !== undefined) return found.id;
  const { rows } = await client.query<{ id: number }>(
    `insert into fleet_version (product, kind_of_version, digest) values ($1, $2, '') returning id`,
    [product, kind],
  );
  return rows[0]?.id ?? 0;
}
