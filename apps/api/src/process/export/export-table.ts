import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '@polaris-telemetry/domain';
import type { z } from 'zod';
import { recordKinds } from '../../app.js';
import type { CommandConfig } from '../../config/load-config.js';
import { foreseenFailure, openDatabaseBeside, openExports } from '../../database.js';
import { ExportWriter, type Format } from '../../wire/export-writer.js';
import { exportedTablesOf, type OpenedExport, type ReadParameters } from '../../wire/exported-tables.js';
import type { ExportedTable } from '../../wire/exports.js';
import { StartupError } from '../startup-error.js';
import { ExportProgress } from './export-progress.js';
import { PartialFile } from './partial-file.js';

/** The options of `main.js export`. */
export interface ExportTableRequest {
  readonly table: ExportedTable;
  /** Where to write it: CSV if the name ends with `.csv`, otherwise NDJSON. */
  readonly file: string;
}

/** How often to retry a chunk that the database cannot deliver, and after how many milliseconds. */
const MOST_ATTEMPTS = 10;
const PAUSE = 1_000;

/**
 * `main.js export`: writes a table to a file, and continues where an interrupted attempt ended. Reports its progress on
 * standard error.
 *
 * @throws StartupError when the file or the database cannot be used
 */
export async function exportTable(config: CommandConfig, { table, file }: ExportTableRequest): Promise<void> {
  config.warnings.forEach(say);
  const format = /\.csv$/i.test(file) ? 'csv' : 'ndjson';
  if (await exists(file)) throw new StartupError(`${file} is there already: give another name, or remove it.`);
  const database = await openDatabaseBeside(config.database, say);
  const { exports, close } = openExports(database);
  try {
    const part = await PartialFile.open(file, `${table} as ${format}`);
    try {
      const parameters = { format: [format], ...(part.mark && { after: [part.mark.after] }) };
      const opened = exportedTablesOf(recordKinds(0), exports)[table](parsing(parameters));
      await write(part, opened, format);
    } finally {
      await part.close();
    }
  } catch (error) {
    const reason = foreseenFailure(error instanceof UnavailableError ? error.cause : error);
    if (reason === undefined && !(error instanceof UnavailableError)) throw error;
    const why = reason ?? 'it does not answer in time';
    throw new StartupError(`The database cannot be used: ${why}. The same command continues where this one ended.`);
  } finally {
    await close();
    await database.close();
  }
}

function parsing(parameters: Readonly<Record<string, readonly string[]>>): ReadParameters<never> {
  return <Parameters>(schema: z.ZodType<Parameters>) => schema.parse(parameters);
}

async function write(part: PartialFile, { reader, columns, writePlace }: OpenedExport, format: Format): Promise<void> {
  const writer = new ExportWriter(format, columns);
  let rows = part.mark?.rows ?? 0;
  if (part.mark !== undefined) {
    say(`Going on after ${rows} rows.`);
    // The digest at the end covers the whole file.
    let counted = rows;
    for await (const bytes of part.written()) {
      writer.add(bytes, counted);
      counted = 0;
    }
  }
  const progress = new ExportProgress();
  for (let isLast = false; !isLast; ) {
    const chunk = await patiently(() => reader.next());
    await part.append(writer.write(chunk));
    rows += chunk.rows;
    isLast = chunk.isLast;
    if (chunk.place !== undefined) {
      const place = writePlace(chunk.place);
      await part.counts(rows, place);
      progress.show(rows, part.bytes, place);
    }
  }
  await part.finish();
  progress.end();
  say(`${rows} rows, ${part.bytes} bytes.`);
}

async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !(error instanceof UnavailableError)) throw error;
      await sleep(PAUSE);
    }
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
