import { createHash } from 'node:crypto';
import type { ExportChunk } from '@polaris-telemetry/domain';
import { CSV_CONTENT_TYPE, type CsvValue, csvLines } from './csv.js';

/** The media type of each format. */
export const FORMATS = { ndjson: 'application/x-ndjson', csv: CSV_CONTENT_TYPE } as const;

export type Format = keyof typeof FORMATS;

/** Writes the chunks of an export, one after the other, in one of its formats. */
export class ExportWriter {
  readonly #format: Format;
  readonly #columns: readonly string[];
  readonly #hash = createHash('sha256');
  #rows = 0;
  #hasBegun = false;

  /** @param columns the members of each line, in the order of its JSON */
  constructor(format: Format, columns: readonly string[]) {
    this.#format = format;
    this.#columns = columns;
  }

  /** Returns the bytes of the next chunk; after the last chunk, whatever ends the file. */
  write({ text, rows, isLast }: Pick<ExportChunk<unknown>, 'text' | 'rows' | 'isLast'>): Buffer<ArrayBuffer> {
    if (this.#format === 'csv') return Buffer.from(`${this.#header()}${csvOf(text, this.#columns)}`);
    const bytes = Buffer.from(text);
    this.add(bytes, rows);
    return isLast ? Buffer.concat([bytes, Buffer.from(this.#end())]) : bytes;
  }

  /** Counts lines that an earlier writer wrote. */
  add(bytes: Uint8Array, rows: number): void {
    this.#hasBegun = true;
    this.#rows += rows;
    this.#hash.update(bytes);
  }

  #header(): string {
    if (this.#hasBegun) return '';
    this.#hasBegun = true;
    return csvLines([this.#columns]);
  }

  #end(): string {
    return `${JSON.stringify({ _end: true, rows: this.#rows, sha256: this.#hash.digest('hex') })}\n`;
  }
}

/** Converts lines of JSON to lines of CSV; arrays and objects become JSON texts. */
function csvOf(lines: string, columns: readonly string[]): string {
  const rows = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const members = JSON.parse(line) as Readonly<Record<string, unknown>>;
      return columns.map((column) => cellOf(members[column]));
    });
  return csvLines(rows);
}

function cellOf(value: unknown): CsvValue {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as CsvValue);
}
