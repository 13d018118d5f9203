import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { StartupError } from '../startup-error.js';

/** How far a file has been written. */
export interface Mark {
  /** What the file holds: a file with other content is never continued. */
  readonly of: string;
  readonly bytes: number;
  readonly rows: number;
  /** Where the source continues. */
  readonly after: string;
}

/** How often to sync the file, so that its content survives a crash: after this many milliseconds, or bytes. */
const INTERVAL = 1_000;
const MOST_UNMARKED = 8 * 1_048_576;
/** The file holds data of people. */
const OWNER_ONLY = 0o600;

/**
 * A file that gets its name when it is complete. Until then it is `NAME.part`, and `NAME.part.json` says up to where it is
 * valid: anything that a killed process wrote beyond that is written again.
 */
export class PartialFile {
  readonly #name: string;
  readonly #handle: FileHandle;
  readonly #of: string;
  #mark: Mark | undefined;
  #bytes: number;
  #markedAt = performance.now();

  /**
   * Opens the file at the place where it was left, or a new file.
   *
   * @throws StartupError when the file cannot be written, or holds something else
   */
  static async open(name: string, of: string): Promise<PartialFile> {
    const mark = await readMark(name, of);
    const handle = await open(`${name}.part`, mark === undefined ? 'w' : 'r+', OWNER_ONLY).catch((error: Error) => {
      // Not passed on as it is: some of its codes mean something else where a database is called.
      throw new StartupError(`${name} cannot be written: ${error.message}`);
    });
    if (mark !== undefined) await handle.truncate(mark.bytes);
    return new PartialFile(name, handle, of, mark);
  }

  private constructor(name: string, handle: FileHandle, of: string, mark: Mark | undefined) {
    this.#name = name;
    this.#handle = handle;
    this.#of = of;
    this.#mark = mark;
    this.#bytes = mark?.bytes ?? 0;
  }

  /** How far it had been written when it was opened; undefined for a new file. */
  get mark(): Mark | undefined {
    return this.#mark;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Reads what was written before. */
  written(): AsyncIterable<Uint8Array> {
    return createReadStream(`${this.#name}.part`, { end: Math.max(this.#bytes - 1, 0) });
  }

  async append(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#bytes + done);
      done += bytesWritten;
    }
    this.#bytes += bytes.length;
  }

  /** Marks the file as valid up to here. The mark is stored now and then. */
  async counts(rows: number, after: string): Promise<void> {
    const unmarked = this.#bytes - (this.#mark?.bytes ?? 0);
    if (performance.now() - this.#markedAt < INTERVAL && unmarked < MOST_UNMARKED) return;
    this.#mark = { of: this.#of, bytes: this.#bytes, rows, after };
    // The data first: a mark must never be ahead of them.
    await this.#handle.datasync();
    await writeFile(`${this.#name}.part.json.new`, JSON.stringify(this.#mark), { mode: OWNER_ONLY, flush: true });
    await rename(`${this.#name}.part.json.new`, `${this.#name}.part.json`);
    this.#markedAt = performance.now();
  }

  /** Completes the file: it gets its name. */
  async finish(): Promise<void> {
    await this.#handle.sync();
    await rename(`${this.#name}.part`, this.#name);
    await rm(`${this.#name}.part.json`, { force: true });
  }

  /** Stops writing, whether the file is complete or not. */
  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function readMark(name: string, of: string): Promise<Mark | undefined> {
  const text = await readFile(`${name}.part.json`, 'utf8').catch(() => undefined);
  const size = await stat(`${name}.part`).then(
    (found) => found.size,
    () => 0,
  );
  if (text === undefined || size === 0) return undefined;
  const mark = JSON.parse(text) as Mark;
  if (mark.of !== of) throw new StartupError(`${name}.part is of ${mark.of}: give another name, or remove it.`);
  return size >= mark.bytes && mark.bytes > 0 ? mark : undefined;
}
