import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';

/** A statement with named places for values, compiled once. */
export interface Statement<Values> {
  /**
   * Names the prepared statement on each connection, and the statement in metrics and traces: at most 63 bytes, where
   * PostgreSQL would cut it.
   */
  readonly name: string;
  readonly text: string;
  /** Whether it may be run again when the connection is lost before its answer came. */
  readonly repeatable: boolean;
  /** The values in the order of the statement's places `$1`, `$2`, … */
  parameters(values: Values): string[];
}

/** Makes the place of a named value in a statement; each name is used once. */
export type Place<Values> = (name: keyof Values & string) => RawBuilder<unknown>;

/** Compiles, never runs: the runner needs only text and order, and Kysely's own path costs a compilation each time. */
const compiler = new Kysely<Record<string, never>>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** @param write writes the statement with the places it is given */
export function statement<Values extends Record<keyof Values, string>>(
  name: string,
  { repeatable }: { readonly repeatable: boolean },
  write: (place: Place<Values>) => RawBuilder<unknown>,
): Statement<Values> {
  if (Buffer.byteLength(name) > 63) throw new Error(`PostgreSQL would cut the statement name ${name}`);
  const order: (keyof Values)[] = [];
  const compiled = write((place) => sql.val(new NamedPlace(place))).compile(compiler);
  for (const parameter of compiled.parameters) {
    // A value written into a statement would be the same at every run: that is a mistake.
    if (!(parameter instanceof NamedPlace)) throw new Error(`${name} has a value of its own: ${String(parameter)}`);
    order.push(parameter.name as keyof Values);
  }
  return {
    name,
    text: compiled.sql.replace(/\s+/g, ' ').trim(),
    repeatable,
    parameters: (values) => order.map((place) => values[place]),
  };
}

class NamedPlace {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
