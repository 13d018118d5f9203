import { CompiledQuery, type Kysely, type RawBuilder } from 'kysely';
import type { ColumnKind, InputOf } from '../statements/placeholders.js';
import { type InputValue, routedForm } from '../statements/routed-form.js';
import type { Database } from '../tables.js';

/**
 * Returns a query on the records of one owner, compiled when it is first used. All of its tables name the owner by the same
 * placeholder, so that Citus sends it to the owner's shard, whatever it is made of.
 *
 * @param columns what it takes
 */
export function ownersQuery<Input extends InputOf<Input>, Row>(
  name: string,
  columns: Readonly<Record<keyof Input & string, ColumnKind>>,
  write: (value: InputValue<keyof Input & string>) => RawBuilder<unknown>,
): (db: Kysely<Database>, input: Input) => Promise<readonly Row[]> {
  let form: ReturnType<typeof routedForm<Input>> | undefined;
  return async (db, input) => {
    form ??= routedForm<Input>(name, columns, { write });
    const { rows } = await db.executeQuery<Row>(CompiledQuery.raw(form.text, form.values(input, 1)));
    return rows;
  };
}
