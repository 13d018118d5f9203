import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { align } from '../terminal.ts';

/** What a statement is sent to: pg's client, for instance. */
export interface Sql {
  query(text: string): Promise<Result | Result[]>;
}

interface Result {
  readonly command: string;
  readonly rowCount: number | null;
  readonly fields: readonly { readonly name: string }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Reads SQL line by line and runs each statement when its line ends with a semicolon, to the end of the input or `\q`.
 * Of psql's own commands it knows `\set NAME 'VALUE'`, whose value takes the place of `:'NAME'`.
 *
 * @returns whether every statement succeeded
 */
export async function prompt(sql: Sql, input: Readable, output: Writable): Promise<boolean> {
  const terminal = 'isTTY' in input && input.isTTY === true;
  const lines = createInterface({ input, ...(terminal && { output }), terminal });
  const variables = new Map<string, string>();
  let statement = '';
  let ok = true;
  const ask = () => {
    if (!terminal) return;
    lines.setPrompt(statement === '' ? 'telemetry=# ' : 'telemetry-# ');
    lines.prompt();
  };
  ask();
  for await (const line of lines) {
    const [, name, value] = /^\s*\\set\s+(\w+)\s+'?(.*?)'?\s*$/.exec(line) ?? [];
    if (/^\s*\\q\b/.test(line)) break;
    if (name !== undefined && value !== undefined) variables.set(name, value);
    else if (/^\s*\\/.test(line)) output.write(`only \\set NAME 'VALUE' and \\q are known here\n`);
    else statement += `${line}\n`;
    if (statement.trim() === '') statement = '';
    if (/;\s*(--.*)?$/.test(line)) {
      ok = (await runOne(sql, withVariables(statement, variables), output)) && ok;
      statement = '';
    }
    ask();
  }
  lines.close();
  return ok;
}

/** As psql does: an unknown name stays as it is. */
function withVariables(statement: string, variables: ReadonlyMap<string, string>): string {
  return statement.replaceAll(/:'(\w+)'/g, (all, name: string) => {
    const value = variables.get(name);
    return value === undefined ? all : `'${value.replaceAll("'", "''")}'`;
  });
}

async function runOne(sql: Sql, statement: string, output: Writable): Promise<boolean> {
  try {
    for (const result of [await sql.query(statement)].flat()) output.write(`${describe(result)}\n`);
    return true;
  } catch (error) {
    output.write(`ERROR:  ${error instanceof Error ? error.message : error}\n`);
    return false;
  }
}

/** A table as psql prints it, or what was done to how many rows. */
function describe({ command, rowCount, fields, rows }: Result): string {
  if (fields.length === 0) return rowCount === null ? command : `${command} ${rowCount}`;
  const table = [
    fields.map(({ name }) => name),
    ...rows.map((row) => fields.map(({ name }) => textOf(row[name]).replaceAll('\n', ' '))),
  ];
  const [head = [], ...body] = align(table);
  const lineOf = (cells: readonly string[]) => ` ${cells.join(' | ')}`.trimEnd();
  const rule = head.map((cell) => '-'.repeat(cell.length + 2)).join('+');
  return [lineOf(head), rule, ...body.map(lineOf), `(${rows.length} row${rows.length === 1 ? '' : 's'})`].join('\n');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
