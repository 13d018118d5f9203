import type { Child } from 'hono/jsx';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Child;
  /** Aligns to the right, digits below digits. */
  readonly numeric?: boolean;
}

interface TableProps<Row> {
  /** What it shows, for readers who cannot see the surrounding page. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** What to show instead of a table without rows. */
  readonly empty?: string;
  /** Has few, short columns: it stays a table on a small screen. */
  readonly compact?: boolean;
}

/** A table that becomes a list of cards on a small screen, unless it is compact. Its first column names the row. */
export function Table<Row>(props: TableProps<Row>) {
  const { caption, columns, rows, empty = 'There are none.', compact = false } = props;
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  const kind = (column: Column<Row>) => (column.numeric ? 'number' : undefined);
  // Explicit roles: cards drop `display: table`, and browsers then drop the implicit roles.
  return (
    <table role="table" class={compact ? undefined : 'cards'}>
      <caption>{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th scope="col" role="columnheader" class={kind(column)}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr role="row">
            {columns.map((column, index) =>
              index === 0 ? (
                <th scope="row" role="rowheader" data-head={column.head} class={kind(column)}>
                  <span>{column.cell(row)}</span>
                </th>
              ) : (
                <td role="cell" data-head={column.head} class={kind(column)}>
                  <span>{column.cell(row)}</span>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
