import type { Actor, Erasure, RecordId } from '@polaris-telemetry/domain';
import { describe, expect, it } from 'vitest';
import { readKeptErasures, showKeptReceipt, writeKeptErasures } from './kept-erasures.js';

const counts = {
  patientInstallations: 1,
  clinicianInstallations: 2,
  bloodGlucoseMeters: 3,
  revisions: 4,
  retryCopies: 5,
  namesInOthersRecords: 6,
  accesses: 7,
};
const at = { epochSeconds: 1_700_000_000, microsecond: 123_456 };
const key = { key: '0a'.repeat(32), created: at };
const receipt = (id: string, subject = 'b1'.repeat(32)) => ({ id: id as RecordId, at, subject, counts });
const kept = { keys: [key], receipts: [receipt('1'), receipt('2')] };
const lines = [...writeKeptErasures(kept)];
const [head = '', keyLine = '', first = '', second = ''] = lines;

describe('erasures that are kept outside', () => {
  it('are read as they were written, twice over and among lines of the log', () => {
    const by = 'officer' as Actor;
    const logged = showKeptReceipt({ ...receipt('3'), by } satisfies Erasure);
    const log = [
      JSON.stringify({ level: 'INFO', time: '2026-01-01T00:00:00.000Z', msg: 'ready' }),
      JSON.stringify({ level: 'INFO', time: '…', erasure: logged, msg: 'a person was erased' }),
    ];
    const text = [...lines, '', ...log, ...lines].join('\r\n');
    expect(readKeptErasures(text)).toEqual({ keys: [key], receipts: [...kept.receipts, receipt('3')] });
    expect(text).not.toContain('officer');
  });

  it.each([
    [[head, keyLine, first], 'line 1: it announces 0 more keys and 1 more receipts than follow: the file was cut'],
    [[head, first, second], 'line 1: it announces 1 more keys and 0 more receipts'],
    [[...lines, head], 'line 5: it announces 1 more keys and 2 more receipts'],
    [['> polaris-telemetry@2.0.0 erasures'], 'line 1: it is not JSON'],
    [[first, second.slice(0, -1)], 'line 2: it is not JSON'],
    [[first, '7'], 'line 2: it is neither a receipt nor a key'],
    [['{"uuid":"of an export"}'], 'line 1: it is neither a receipt nor a key'],
    [[first.replace('b1', 'B1')], 'line 1: erasure.subject must be 64 hexadecimal digits'],
    [[first.replace('"revisions":4', '"revisions":-4')], 'line 1: erasure.counts.revisions must not be negative'],
    [[first.replace('2023', '20x3')], 'line 1: erasure.at'],
    [[first.replace('"id":"1"', `"id":"${'1'.repeat(37)}"`)], 'line 1: erasure.id'],
    [[keyLine.replace('0a', '')], 'line 1: erasure_key.key must be 64'],
    [[first, first.replace('b1', 'b2')], 'line 2: erasure.id is that of an earlier line'],
  ])('%j: %s', (wrong, message) => {
    expect(() => readKeptErasures(wrong.join('\n'))).toThrow(message);
  });
});
