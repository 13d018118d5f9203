import { describe, expect, it } from 'vitest';
import { inMemoryStore } from '../../testing/index.js';
import { type AgreementCount, AgreementVerdicts, assessAgreement } from './assess-agreement.js';

it('no answers have no rate', () => {
  expect(assessAgreement({ told: 0, disagree: 0 })).toEqual({
    told: 0,
    disagree: 0,
    rate: null,
    low: null,
    high: null,
  });
});

describe('verdicts', () => {
  it('flag what disagrees more than the rest, and say where there are too few answers', () => {
    const bad = { told: 50, disagree: 25 };
    const large = { told: 2_000, disagree: 60 };
    const few = { told: 4, disagree: 4 };
    const verdicts = new AgreementVerdicts([bad, large, few].map((agreement) => ({ ...agreement, groups: 1 })));
    expect(verdicts.high).toEqual([{ ...bad, groups: 1 }]);
    expect(verdicts.of(large)).toMatchObject({ flag: null });
    expect(verdicts.of(few)).toEqual({ pValue: null, qValue: null, flag: 'too_few' });
  });

  it('leave groups of fewer than five out of the correction', () => {
    const verdicts = new AgreementVerdicts([
      { told: 50, disagree: 25, groups: 1 },
      { told: 2_000, disagree: 60, groups: 1 },
      { told: 4, disagree: 0, groups: 100 },
    ]);
    const { pValue, qValue } = verdicts.of({ told: 50, disagree: 25 });
    expect(qValue).toBeCloseTo((pValue ?? 0) * 2, 15);
  });

  it('raise an alarm in at most 5 % of 1,000 fleets without a difference', () => {
    const alarms = fleets(1_000, (random) => fleet(random, 200, 50, () => 0.03)).filter(
      (counts) => new AgreementVerdicts(counts).high.length > 0,
    );
    expect(alarms.length).toBeLessThanOrEqual(50);
  });

  it('find the one group in 200 that disagrees in 30 % and not 3 %, in at least 90 % of 1,000 fleets', () => {
    const found = fleets(1_000, (random) => {
      const [odd = { told: 0, disagree: 0 }] = fleet(random, 1, 50, () => 0.3);
      return { odd, counts: [{ ...odd, groups: 1 }, ...fleet(random, 199, 50, () => 0.03)] };
    }).filter(({ odd, counts }) => new AgreementVerdicts(together(counts)).of(odd).flag === 'high');
    expect(found.length).toBeGreaterThanOrEqual(900);
  });
});

it('a report of nothing has no groups and no rate', async () => {
  const { useCasesOn } = await import('../use-cases.js');
  const { fixedClock, instant, sequentialIds } = await import('../../testing/index.js');
  const outside = { clock: fixedClock(instant('2022-03-04T05:06:07Z')), ids: sequentialIds() };
  const { verifyMeters } = useCasesOn(inMemoryStore(), outside);
  expect(await verifyMeters({ filter: {}, by: 'model', top: 10 })).toMatchObject({
    overall: { told: 0, rate: null },
    groups: [],
    other: { groups: 0, told: 0, disagree: 0 },
  });
});

type Random = () => number;

function fleets<Fleet>(count: number, make: (random: Random) => Fleet): Fleet[] {
  const random = seededRandom(20_261_126);
  return Array.from({ length: count }, () => make(random));
}

/** Groups with a number of answers each, where each reading is called wrong at a given rate. */
function fleet(random: Random, groups: number, told: number, rate: () => number): AgreementCount[] {
  const counts = Array.from({ length: groups }, () => {
    let disagree = 0;
    for (let reading = 0; reading < told; reading++) if (random() < rate()) disagree++;
    return { told, disagree, groups: 1 };
  });
  return together(counts);
}

/** Each agreement once. */
function together(counts: readonly AgreementCount[]): AgreementCount[] {
  const same = Map.groupBy(counts, ({ told, disagree }) => `${told} ${disagree}`);
  return [...same.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, groups: others.reduce((sum, { groups }) => sum + groups, first.groups) }],
  );
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
