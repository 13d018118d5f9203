import { expect, it } from 'vitest';
import { differencesOf } from './revision.js';

type Shown = Readonly<Record<string, unknown>>;
const show = (record: Shown) => record;
const revision = (previous: Shown | undefined, record: Shown) => ({ record, previous });

it('the differences of a revision are the fields whose shown values differ, in their order', () => {
  const before = { version: '1', model: 'X', correct: null, value: 5 };
  expect(differencesOf(revision(before, { version: '2', model: 'X', correct: false, value: 5 }), show)).toEqual([
    { field: 'version', from: '1', to: '2' },
    { field: 'correct', from: null, to: false },
  ]);
});

it('the oldest known state has no differences, nor has a change of something that is not shown', () => {
  expect(differencesOf(revision(undefined, { version: '1' }), show)).toEqual([]);
  expect(
    differencesOf(revision({ version: '1', hidden: 1 }, { version: '1', hidden: 2 }), ({ version }) => ({ version })),
  ).toEqual([]);
});
