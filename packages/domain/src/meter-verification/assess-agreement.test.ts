import { describe, expect, it } from 'vitest';
import { type AgreementGroup, assessAgreement, assessGroups } from './assess-agreement.js';

describe('the agreement of nobody', () => {
  it('has no rate', () => {
    expect(assessAgreement({ told: 0, disagree: 0 })).toEqual({
      told: 0,
      disagree: 0,
      rate: null,
      low: null,
      high: null,
    });
  });
});

describe('groups', () => {
  it('are ordered: flagged ones, then by disagree, told and name, the unknown phones last among equals', () => {
    const groups = [
      { name: 'b', told: 6, disagree: 0 },
      { name: null, told: 6, disagree: 0 },
      { name: 'a', told: 6, disagree: 0 },
      { name: '', told: 6, disagree: 0 },
      { name: 'large', told: 2_000, disagree: 60 },
      { name: 'bad', told: 50, disagree: 25 },
      { name: 'small', told: 4, disagree: 4 },
    ];
    const assessed = assessGroups(groups);
    expect(assessed.map(({ name }) => name)).toEqual(['bad', 'large', 'small', '', 'a', 'b', null]);
    expect(assessed.map(({ flag }) => flag)).toEqual(['high', null, 'too_few', null, null, null, null]);
    expect(assessed[2]).toMatchObject({ rate: 1, pValue: null, qValue: null });
    expect(assessed[3]).toMatchObject({ rate: 0, low: 0, pValue: 1, qValue: 1 });
  });

  it('of fewer than five readings are no part of the correction', () => {
    const bad = { name: 'bad', told: 50, disagree: 25 };
    const rest = { name: 'rest', told: 2_000, disagree: 60 };
    const few = Array.from({ length: 100 }, (_, index) => ({ name: `few ${index}`, told: 4, disagree: 0 }));
    const [first] = assessGroups([bad, rest, ...few]);
    expect(first?.qValue).toBeCloseTo((first?.pValue ?? 0) * 2, 15);
  });

  it('without a difference raise an alarm in at most 5 % of 1,000 fleets', () => {
    const alarms = fleets(1_000, (random) => fleet(random, 200, 50, () => 0.03)).filter((groups) =>
      assessGroups(groups).some(({ flag }) => flag === 'high'),
    );
    expect(alarms.length).toBeLessThanOrEqual(50);
  });

  it('of which one in 200 disagrees in 30 % and not 3 % are found in at least 90 % of 1,000 fleets', () => {
    const found = fleets(1_000, (random) => fleet(random, 200, 50, (index) => (index === 7 ? 0.3 : 0.03))).filter(
      (groups) => assessGroups(groups).some(({ name, flag }) => name === 'group 7' && flag === 'high'),
    );
    expect(found.length).toBeGreaterThanOrEqual(900);
  });
});

type Random = () => number;

function fleets(count: number, make: (random: Random) => readonly AgreementGroup[]) {
  const random = seededRandom(20_261_126);
  return Array.from({ length: count }, () => make(random));
}

function fleet(random: Random, groups: number, told: number, rateOf: (index: number) => number): AgreementGroup[] {
  return Array.from({ length: groups }, (_, index) => {
    let disagree = 0;
    for (let reading = 0; reading < told; reading++) if (random() < rateOf(index)) disagree++;
    return { name: `group ${index}`, told, disagree };
  });
}

/** Mulberry32: the same numbers on every run. */
function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
