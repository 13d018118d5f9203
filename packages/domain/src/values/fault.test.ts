import { describe, expect, it } from 'vitest';
import {
  isFault,
  parseActor,
  parseBloodGlucoseValue,
  parseInstallationOwnerId,
  parseInstant,
  parseMeterOwnerId,
  parseMobileId,
  parseOffsetDateTime,
  parseRecordId,
  parseRetryKey,
  parseText,
} from '../index.js';

const parsers = {
  parseActor,
  parseBloodGlucoseValue,
  parseInstallationOwnerId,
  parseInstant,
  parseMeterOwnerId,
  parseMobileId,
  parseOffsetDateTime,
  parseRecordId,
  parseRetryKey,
  parseText,
};

const wrong = [
  'secret\0secret',
  'secret\ud800secret',
  { secret: 'secret' },
  Symbol('secret'),
  undefined,
  null,
  () => 'secret',
];

describe.each(Object.entries(parsers))('the fault of %s', (_, parse) => {
  it('names its rule with a stable code and in plain English, and never repeats the value', () => {
    for (const raw of wrong) {
      const parsed = parse(raw);
      if (!isFault(parsed)) throw new Error(`${String(raw)} was accepted`);
      expect(parsed.code).toMatch(/^[a-z]+(_[a-z]+)+$/);
      expect(parsed.rule).toMatch(/^must /);
      expect(parsed.rule).not.toContain('secret');
    }
  });

  it('is one object for all, so that a flood of bad input costs no memory', () => {
    expect(parse(undefined)).toBe(parse(undefined));
  });
});

it('a value that looks like a fault is none', () => {
  expect(isFault({ code: 'text_nul', rule: 'must not' })).toBe(false);
  expect(isFault('text_nul')).toBe(false);
  expect(isFault(undefined)).toBe(false);
});
