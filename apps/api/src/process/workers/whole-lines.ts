import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

const LINE_BREAK = 0x0a;

/**
 * Passes on what a process writes, in whole lines: several processes that wrote to one pipe themselves would cut into
 * each other's lines.
 *
 * @returns once everything is passed on
 */
export async function wholeLines(output: Readable | null, write: (lines: string) => void): Promise<void> {
  if (output === null) return;
  let rest: Buffer = Buffer.alloc(0);
  output.on('data', (chunk: Buffer) => {
    const end = chunk.lastIndexOf(LINE_BREAK) + 1;
    if (end === 0) {
      rest = Buffer.concat([rest, chunk]);
      return;
    }
    write(Buffer.concat([rest, chunk.subarray(0, end)]).toString());
    rest = chunk.subarray(end);
  });
  await finished(output).catch(() => {});
  // A killed process may have been in the middle of a line.
  if (rest.length > 0) write(`${rest.toString()}\n`);
}
