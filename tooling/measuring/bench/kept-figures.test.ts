import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { KINDS } from '../kit/kinds.ts';
import { KeptFigures } from './kept-figures.ts';
import type { Step } from './plan.ts';
import type { Series } from './report.ts';

const settings = { rounds: 3, seconds: 2, warmUp: 1, build: 'abc' };
const step: Step = {
  kind: KINDS.patient,
  operation: 'post',
  connections: 32,
  mode: 'peak',
  contestants: ['ours', 'floor'],
};
const series = step.contestants.map(
  (contestant): Series => ({ ...step, kind: 'patient', contestant, rate: undefined, rounds: [] }),
);

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'polaris-figures-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it('a run that was cut off is continued with what it had measured', () => {
  const folder = newFolder();
  new KeptFigures(folder, settings, false).add(step, series);
  const resumed = new KeptFigures(folder, settings, true);
  expect(resumed.of(step)).toHaveLength(2);
  expect(resumed.of({ ...step, connections: 8 })).toBeUndefined();
  expect(resumed.of({ ...step, contestants: ['ours', 'floor', 'go'] })).toBeUndefined();
  expect(new KeptFigures(folder, settings, false).series).toEqual([]);
});

it('a step measured again takes the place of its earlier figures', () => {
  const kept = new KeptFigures(newFolder(), settings, false);
  kept.add(step, series);
  kept.add(step, series.slice(0, 1));
  expect(kept.series).toHaveLength(1);
});

it('figures of other rounds or of another build are not mixed in', () => {
  const folder = newFolder();
  new KeptFigures(folder, settings, false).add(step, series);
  expect(() => new KeptFigures(folder, { ...settings, seconds: 4 }, true)).toThrow(/--seconds 2 .* --seconds 4/);
  expect(() => new KeptFigures(folder, { ...settings, build: 'abd' }, true)).toThrow(/build abc, .* build abd/);
});
