import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExportProgress } from './export-progress.js';

/** The id that so large a part of all random ones is below. */
const idAt = (part: number) =>
  `${Math.ceil(part * 2 ** 32)
    .toString(16)
    .padStart(8, '0')}-0000-4000-8000-000000000000`;
const wasTerminal = process.stderr.isTTY;

let written: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  written = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  process.stderr.isTTY = wasTerminal;
});

function begin(isTerminal: boolean) {
  process.stderr.isTTY = isTerminal;
  const progress = new ExportProgress();
  return {
    progress,
    after: (milliseconds: number, rows: number, place: string) => {
      vi.advanceTimersByTime(milliseconds);
      progress.show(rows, rows * 1_000, place);
    },
  };
}

describe('the progress of an export', () => {
  it('is a bar on a terminal, ten times a second at most, which is gone at the end', () => {
    const { after, progress } = begin(true);
    after(99, 10, idAt(0.1));
    expect(written).toEqual([]);
    after(1, 1_000, idAt(0.25));
    expect(written).toEqual([`\r${'█'.repeat(8)}${'░'.repeat(22)} 25 %, 1000 rows, 1 MB\u001B[K`]);
    after(50, 1_500, idAt(0.3));
    expect(written).toHaveLength(1);
    after(4_850, 2_000, idAt(0.5));
    // A quarter took 5 s, so the half that is left takes 10 s.
    expect(written[1]).toBe(`\r${'█'.repeat(15)}${'░'.repeat(15)} 50 %, 2000 rows, 2 MB, 10 s left\u001B[K`);
    progress.end();
    expect(written[2]).toBe('\r\u001B[K');
  });

  it('is a line each ten seconds elsewhere, without a bar', () => {
    const { after, progress } = begin(false);
    after(9_999, 10, idAt(0.1));
    expect(written).toEqual([]);
    after(1, 1_000, idAt(0.2));
    after(5_000, 1_500, idAt(0.3));
    after(5_000, 2_000, idAt(0.6));
    progress.end();
    expect(written).toEqual(['20 %, 1000 rows, 1 MB\n', '60 %, 2000 rows, 2 MB, 20 s left\n']);
  });

  it('counts the time left from where a resumed export began', () => {
    const { after } = begin(false);
    after(10_000, 1_000, idAt(0.8));
    after(10_000, 2_000, idAt(0.9));
    expect(written[1]).toBe('90 %, 2000 rows, 2 MB, 20 s left\n');
  });

  it('shows amounts alone where ids are no UUIDs', () => {
    const { after } = begin(false);
    after(10_000, 3_000, 'device-7');
    expect(written).toEqual(['3000 rows, 3 MB\n']);
  });
});
