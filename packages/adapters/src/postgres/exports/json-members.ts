import { type RawBuilder, sql } from 'kysely';
import { columnNames, type RecordTable, readable } from '../records/record-table.js';

const TO_THE_SECOND = 'YYYY-MM-DD"T"HH24:MI:SS.MS';

/**
 * The members of a record's JSON as PostgreSQL writes them, by name. Each has the text that `JSON.stringify` writes for
 * the record as the API shows it, except numbers that `hasForeignNumber` finds.
 *
 * A member is the column with its name, or with its name and a trailing underscore. A date with an offset column keeps its
 * offset.
 *
 * @param alias the row they are read from
 * @throws Error when a member has no column
 */
export function jsonMembers<Row>(
  table: RecordTable<Row>,
  alias: string,
  members: readonly string[],
): RawBuilder<unknown> {
  const columns = new Set(Object.keys(table.columns));
  return sql.join(
    members.map((member) => {
      const column = [member, `${member}_`].find((name) => columns.has(name)) as (keyof Row & string) | undefined;
      if (column === undefined) throw new Error(`the table ${table.name} has no column for ${member}`);
      const offset = `${member}_time_zone_`;
      const value = columns.has(offset)
        ? offsetDateTime(readable(table, alias, column), sql.ref(`${alias}.${offset}`))
        : shownValue(table, alias, column);
      return sql`${value} as ${sql.ref(member)}`;
    }),
  );
}

function shownValue<Row>(table: RecordTable<Row>, alias: string, column: keyof Row & string): RawBuilder<unknown> {
  const value = readable(table, alias, column);
  switch (table.columns[column]) {
    case 'timestamp':
      return utc(value);
    case 'timestamptz':
      return utc(sql`(${value} at time zone 'UTC')`);
    default:
      return value;
  }
}

/** `2022-03-04T05:06:07.089Z`: milliseconds, truncated. */
function utc(timestamp: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`to_char(${timestamp}, ${sql.lit(`${TO_THE_SECOND}"Z"`)})`;
}

/** The rules of the domain's `formatOffsetDateTime`. */
function offsetDateTime(timestamp: RawBuilder<unknown>, seconds: RawBuilder<unknown>): RawBuilder<unknown> {
  const minutes = sql`(${seconds} / 60)`;
  const local = sql`(${timestamp} + ${minutes} * interval '1 minute')`;
  const hoursAndMinutes = sql`lpad((abs(${minutes}) / 60)::text, 2, '0') || ':' || lpad((abs(${minutes}) % 60)::text, 2, '0')`;
  return sql`case
    when ${minutes} = 0 or abs(${minutes}) >= 1440
      or ${local} < timestamp '0001-01-01' or ${local} > timestamp '9999-12-31 23:59:59.999999' then ${utc(timestamp)}
    else to_char(${local}, ${sql.lit(TO_THE_SECOND)}) || case when ${minutes} < 0 then '-' else '+' end || ${hoursAndMinutes}
  end`;
}

/**
 * The condition that PostgreSQL writes a number of the row differently from ECMAScript (Number::toString): it uses
 * exponents from 1e15 and below 1e-4, not from 1e21 and below 1e-6, and writes large whole numbers with more digits than
 * their double needs. No meter reading is such a number.
 */
export function hasForeignNumber<Row>(table: RecordTable<Row>, alias: string): RawBuilder<boolean> {
  const numbers = columnNames(table).filter((column) => table.columns[column] === 'double precision');
  const foreign = numbers.map((column) => {
    const value = readable(table, alias, column);
    return sql`coalesce(${value} <> 0 and abs(${value}) not between 1e-4 and 999999999999999, false)`;
  });
  return sql`(${sql.join([sql`false`, ...foreign], sql` or `)})`;
}
