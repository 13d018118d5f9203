import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aText } from '../../test/arbitraries.js';
import { parseActor } from './actor.js';
import { Fault } from './fault.js';
import { parseInstallationOwnerId, parseMeterOwnerId, parseMobileId, parseRecordId } from './ids.js';

const codeOf = (value: unknown) => (value instanceof Fault ? value.code : value);

const kinds = [
  { name: 'the id of a record', parse: parseRecordId, minimum: 1, maximum: 36 },
  { name: 'the owner of an installation', parse: parseInstallationOwnerId, minimum: 1, maximum: 36 },
  { name: 'the owner of a meter', parse: parseMeterOwnerId, minimum: 1, maximum: Number.POSITIVE_INFINITY },
  { name: 'the id of a phone', parse: parseMobileId, minimum: 0, maximum: 36 },
  { name: 'an actor', parse: parseActor, minimum: 0, maximum: Number.POSITIVE_INFINITY },
];

describe.each(kinds)('$name', ({ parse, minimum, maximum }) => {
  it(`has ${minimum} to ${maximum} code points, and is given back exactly`, () => {
    fc.assert(
      fc.property(aText(80), (raw) => {
        const { length } = Array.from(raw);
        expect(codeOf(parse(raw))).toBe(length >= minimum && length <= maximum ? raw : 'text_length');
      }),
      { numRuns: 500 },
    );
  });

  it.each(['x', '💉'])('may be of 36 characters such as %s', (character) => {
    expect(codeOf(parse(character.repeat(36)))).toBe(character.repeat(36));
    expect(codeOf(parse(character.repeat(37)))).toBe(maximum === 36 ? 'text_length' : character.repeat(37));
    expect(codeOf(parse(character.repeat(73)))).toBe(maximum === 36 ? 'text_length' : character.repeat(73));
  });

  it('need be no UUID', () => {
    for (const raw of [' ', '%2F', '../..', '0', 'null', 'Ünï']) expect(codeOf(parse(raw))).toBe(raw);
  });

  it('may be empty only where stored data have empty ones', () => {
    expect(codeOf(parse(''))).toBe(minimum === 0 ? '' : 'text_length');
  });

  it.each([
    [undefined, 'text_type'],
    [null, 'text_type'],
    [42, 'text_type'],
    [['a'], 'text_type'],
    ['a\0', 'text_nul'],
    ['a\udc00', 'text_lone_surrogate'],
  ])('of %j is a fault', (raw, code) => {
    expect(codeOf(parse(raw))).toBe(code);
  });
});
