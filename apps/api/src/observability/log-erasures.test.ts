import type { ErasureRequest, PersonId, RecordId } from '@polaris-telemetry/domain';
import { actor, inMemoryStore, instant } from '@polaris-telemetry/domain/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { loggerTo } from '../../test/support/logger-to.js';
import { readKeptErasures, showKeptReceipt } from '../wire/kept-erasures.js';
import { logErasures } from './log-erasures.js';

let lines: string[];
let eraser: ReturnType<typeof logErasures>;

beforeEach(() => {
  lines = [];
  const logger = loggerTo((line) => lines.push(line));
  eraser = logErasures(inMemoryStore().personEraser, { logger }, showKeptReceipt);
});

function request(id: string, some: Partial<ErasureRequest> = {}): ErasureRequest {
  const at = instant('2026-01-02T03:04:05.000678Z');
  return { id: id as RecordId, personId: 'the person' as PersonId, at, by: actor('the officer'), ...some };
}

describe('the log of erasures', () => {
  it('has one line for each, which a replay reads, and neither the person nor who requested it', async () => {
    const made = [await eraser.erase(request('1')), await eraser.erase(request('2'))];
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', msg: 'a person was erased' });
    const receipts = made.map((outcome) => {
      if (outcome.outcome !== 'added') throw new Error(outcome.outcome);
      const { by: _, ...kept } = outcome.record;
      return { ...kept, subject: expect.any(String) };
    });
    // The digests of the reference are none.
    const digest = 'ab'.repeat(32);
    const text = lines.join('').replaceAll(/"subject":"[^"]*"/g, `"subject":"${digest}"`);
    expect(readKeptErasures(text)).toEqual({ keys: [], receipts });
    expect(lines.join()).not.toMatch(/the person|officer/);
  });

  it('has none for a repetition, a conflict or a count', async () => {
    const retry = { key: 'k' as never, fingerprint: 'f' };
    await eraser.erase(request('1', { retry }));
    expect((await eraser.erase(request('2', { retry }))).outcome).toBe('replayed');
    expect((await eraser.erase(request('3', { retry: { ...retry, fingerprint: 'g' } }))).outcome).toBe('conflict');
    await eraser.count('the person' as PersonId);
    expect(lines).toHaveLength(1);
  });
});
