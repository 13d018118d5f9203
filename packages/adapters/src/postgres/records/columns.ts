import type { ColumnKind } from '../statements/placeholders.js';

/** A column of a table: its type in SQL, whether it may be null, and whether a change may name it. */
export class Column<Value> {
  /** Only a type: what a row holds there. */
  declare readonly value: Value;
  /** As PostgreSQL's `format_type` writes it. */
  readonly type: string;
  /** How its values are sent in statements. */
  readonly kind: ColumnKind;
  readonly isNullable: boolean;
  readonly isChangeable: boolean;

  constructor(type: string, kind: ColumnKind, isNullable = false, isChangeable = false) {
    this.type = type;
    this.kind = kind;
    this.isNullable = isNullable;
    this.isChangeable = isChangeable;
  }

  nullable(): Column<Value | null> {
    return new Column(this.type, this.kind, true, this.isChangeable);
  }

  changeable(): Column<Value> {
    return new Column(this.type, this.kind, this.isNullable, true);
  }
}

export type Columns = Readonly<Record<string, Column<unknown>>>;

/** A row of a table with these columns. */
export type RowWith<C extends Columns> = { [Name in keyof C]: C[Name]['value'] };

export const varchar = (length?: number): Column<string> =>
  new Column(length === undefined ? 'character varying' : `character varying(${length})`, 'text');

export const integer = (): Column<number> => new Column('integer', 'integer');

export const json = (): Column<unknown> => new Column('json', 'json');

export const bytea = (): Column<Buffer> => new Column('bytea', 'bytea');

export const boolean = (): Column<boolean> => new Column('boolean', 'boolean');

/** Old rows may hold NaN and infinities; statements return null for them. */
export const doublePrecision = (): Column<number> => new Column('double precision', 'double precision');

/**
 * In UTC, as PostgreSQL's ISO text: `2022-03-04 05:06:07.089123`. Microseconds, years beyond 9999, `infinity`, `-infinity`
 * and a trailing ` BC` are all possible. Never a Date, which would lose or reject them.
 */
export const timestamp = (): Column<string> => new Column('timestamp without time zone', 'timestamp');

/**
 * As PostgreSQL's ISO text in UTC, which every connection asks for: `2022-03-04 05:06:07.089123+00`, with the same extremes
 * (` BC` comes after the zone).
 */
export const timestamptz = (): Column<string> => new Column('timestamp with time zone', 'timestamptz');
