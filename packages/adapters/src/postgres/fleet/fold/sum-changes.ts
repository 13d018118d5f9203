import type pg from 'pg';
import { arrayLiteral } from '../../statements/array-literal.js';
import type { FleetKind } from '../fleet-kinds.js';
import { SPAN, spanOf } from '../ledger.js';
import { digestOf } from '../long-texts.js';

/** More than the spans of ten thousand years. */
const SPANS = 2 ** 18;

/** Day by day: a subquery over both arrays costs three times as much. */
const ADDED = Array.from({ length: SPAN }, (_, day) => `l.changes[${day + 1}] + excluded.changes[${day + 1}]`).join();

interface LedgerChange {
  readonly version: number;
  readonly span: number;
  /** Of each day. */
  readonly people: number[];
}

/**
 * A transaction's changes to the sums: the ledger, the products and the groups. They are collected until its end, because
 * many people change the same entries.
 */
export class SumChanges {
  readonly #ledger = new Map<number, LedgerChange>();
  readonly #products = new Map<string, [people: number, installations: number, clockSuspect: number]>();
  readonly #emptied: string[] = [];

  addToLedger(version: number, day: number, people: number): void {
    const span = spanOf(day);
    const key = version * SPANS + span;
    let entry = this.#ledger.get(key);
    if (entry === undefined) {
      entry = { version, span, people: new Array<number>(SPAN).fill(0) };
      this.#ledger.set(key, entry);
    }
    const place = day - span * SPAN;
    entry.people[place] = (entry.people[place] ?? 0) + people;
  }

  addToProduct(product: string, people: number, installations: number, clockSuspect: number): void {
    const sums = this.#products.get(product) ?? [0, 0, 0];
    this.#products.set(product, [sums[0] + people, sums[1] + installations, sums[2] + clockSuspect]);
  }

  /** @param digests groups that nobody is in, unless somebody is added later: in hex */
  noteEmptied(digests: readonly string[]): void {
    for (const digest of digests) this.#emptied.push(digest);
  }

  async store(client: pg.ClientBase, kind: FleetKind): Promise<void> {
    await this.#storeLedger(client);
    await this.#storeProducts(client, kind);
    if (this.#emptied.length === 0) return;
    await client.query(
      `delete from ${kind.groups} where people = 0
          and digest = any (array(select decode(digest, 'hex') from unnest($1::text[]) as digest))`,
      [this.#emptied],
    );
  }

  async #storeLedger(client: pg.ClientBase): Promise<void> {
    const changed = [...this.#ledger.values()].filter(({ people }) => people.some((change) => change !== 0));
    if (changed.length === 0) return;
    const { rows } = await client.query<{ version: number; span: number }>(
      `with changed as (
         insert into fleet_ledger as l (version, span, people, changes)
           select version, span, people, changes::integer[]
             from unnest($1::int[], $2::int[], $3::int[], $4::text[]) as change(version, span, people, changes)
           on conflict (version, span) do update set people = l.people + excluded.people,
             changes = array[${ADDED}]
           returning version, span, people, changes
       )
       select version, span from changed where people = 0 and 0 = all (changes)`,
      [
        arrayLiteral(changed, ({ version }) => version),
        arrayLiteral(changed, ({ span }) => span),
        arrayLiteral(changed, ({ people }) => people.reduce((sum, change) => sum + change, 0)),
        arrayLiteral(changed, ({ people }) => `{${people.join()}}`),
      ],
    );
    if (rows.length === 0) return;
    await client.query(
      `delete from fleet_ledger l using unnest($1::int[], $2::int[]) as empty(version, span)
        where l.version = empty.version and l.span = empty.span`,
      [rows.map(({ version }) => version), rows.map(({ span }) => span)],
    );
  }

  async #storeProducts(client: pg.ClientBase, kind: FleetKind): Promise<void> {
    const changed = [...this.#products].filter(([, sums]) => sums.some((sum) => sum !== 0));
    if (changed.length === 0) return;
    await client.query(
      `update fleet_product p set people = p.people + change.people, installations = p.installations + change.installations,
              clock_suspect = p.clock_suspect + change.clock_suspect
         from unnest($2::varchar[], $3::int[], $4::int[], $5::int[]) as change(product, people, installations, clock_suspect)
        where p.kind = $1 and p.digest = ${digestOf('change.product')}`,
      [
        kind.name,
        changed.map(([product]) => product),
        ...[0, 1, 2].map((place) => changed.map(([, sums]) => sums[place])),
      ],
    );
  }
}
