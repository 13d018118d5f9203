import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LineBuffer } from './line-buffer.js';

let folder: string;
let pipe: number;

/** A pipe whose reader reads only on demand: it holds 64 KiB, then it is busy. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
});

afterEach(() => {
  closeSync(pipe);
  rmSync(folder, { recursive: true });
});

const chunk = Buffer.alloc(65_536);

function readWhatIsThere(): Uint8Array {
  try {
    return chunk.subarray(0, readSync(pipe, chunk));
  } catch {
    return chunk.subarray(0, 0);
  }
}

async function readUntil(enough: (text: string) => boolean): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for (let tries = 0; tries < 2_000 && !enough(text); tries++) {
    const more = readWhatIsThere();
    if (more.length === 0) await sleep(5);
    text += decoder.decode(more, { stream: true });
  }
  return text;
}

test('a line is written soon, though no other follows', async () => {
  new LineBuffer(pipe).write('one\n');
  expect(readWhatIsThere()).toHaveLength(0);
  expect(await readUntil((text) => text !== '')).toBe('one\n');
});

test('a busy reader gets every line, in order, later', async () => {
  const buffer = new LineBuffer(pipe);
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} é\n`);
  for (const line of lines) buffer.write(line);
  await sleep(50);
  const text = await readUntil((read) => read.endsWith(lines.at(-1) ?? ''));
  expect(text).toBe(lines.join(''));
  expect(buffer.dropped).toBe(0);
});

test('when no one reads, what is kept is bounded, and later lines are written again', async () => {
  const buffer = new LineBuffer(pipe);
  const line = `${'x'.repeat(99_999)}\n`;
  for (let index = 0; index < 300; index++) buffer.write(line);
  expect(buffer.dropped).toBeGreaterThan(100);
  const kept = (300 - buffer.dropped) * line.length;
  expect(await readUntil((text) => text.length >= kept)).toHaveLength(kept);
  buffer.write('again\n');
  expect(await readUntil((text) => text !== '')).toBe('again\n');
});

test('a reader that is gone for good does not stop the process from ending', () => {
  const buffer = new LineBuffer(pipe);
  for (let index = 0; index < 100; index++) buffer.write('x'.repeat(1_000));
  buffer.flushSync();
  buffer.flushSync();
});
