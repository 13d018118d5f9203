import { type RawBuilder, sql } from 'kysely';
import { INDEXED } from '../records/indexed-text.js';

/** The maximum number of distinct beginnings to read: more than the 10,000 versions that a range can hold. */
const MOST_TEXTS = 50_000;

/** A column whose beginnings an index holds. */
export interface IndexedColumn {
  readonly table: RawBuilder<unknown>;
  readonly column: RawBuilder<unknown>;
  /** What the index holds of the column. */
  readonly beginning: RawBuilder<unknown>;
}

/**
 * Selects the distinct texts of a column as `version`. It steps from each text to the next in the index, which holds only
 * beginnings; texts longer than that are then read.
 */
export function distinctTexts({ table, column, beginning }: IndexedColumn): RawBuilder<unknown> {
  return sql`
    with recursive beginnings (text) as (
      (select ${beginning} from ${table} order by ${beginning} limit 1)
      union all
      select (select ${beginning} from ${table} where ${beginning} > beginnings.text order by ${beginning} limit 1)
        from beginnings where beginnings.text is not null
    ),
    found as materialized (select text from beginnings where text is not null limit ${sql.lit(MOST_TEXTS)})
    select text as version from found where char_length(text) < ${sql.lit(INDEXED)}
    union all
    select ${column} from ${table}
     where ${beginning} = any (array(select text from found where char_length(text) >= ${sql.lit(INDEXED)}))`;
}
