import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { wholeLines } from './whole-lines.js';

test('whole lines are passed on, however their bytes arrive', async () => {
  const output = new PassThrough();
  const written: string[] = [];
  const end = wholeLines(output, (lines) => written.push(lines));
  const bytes = Buffer.from('{"a":"ü"}\n{"b":1}\n{"c":2}\n');
  // In the middle of a character, then of a line.
  for (const [from, to] of [
    [0, 7],
    [7, 14],
    [14, bytes.length],
  ]) {
    output.write(bytes.subarray(from, to));
    await new Promise(setImmediate);
  }
  output.end('half');
  await end;
  expect(written).toEqual(['{"a":"ü"}\n', '{"b":1}\n{"c":2}\n', 'half\n']);
});

test('a process that dies is no error', async () => {
  const output = new PassThrough();
  const end = wholeLines(output, () => {});
  output.destroy(new Error('gone'));
  await expect(end).resolves.toBeUndefined();
});
