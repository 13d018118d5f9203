import { type RawBuilder, sql } from 'kysely';

/** A condition on a row, as SQL. */
export type Condition = RawBuilder<unknown>;

/** All of the conditions. */
export function all(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}
