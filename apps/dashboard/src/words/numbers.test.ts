import { expect, it } from 'vitest';
import { counted, PEOPLE, percent, percentRange, probability } from './numbers.js';

it('numbers agree with what they count', () => {
  expect(counted(1, PEOPLE.patient)).toBe('1\u00a0patient');
  expect(counted(0, PEOPLE.patient)).toBe('0\u00a0patients');
  expect(counted(12_345, PEOPLE.clinician)).toBe('12,345\u00a0clinicians');
});

it.each([
  [0, '0\u00a0%'],
  [0.0001, '<\u00a01\u00a0%'],
  [0.01, '1\u00a0%'],
  [0.225, '23\u00a0%'],
  [0.99, '99\u00a0%'],
  [0.9999, '>\u00a099\u00a0%'],
  [1, '100\u00a0%'],
])('a share of %d is neither none nor all unless it is', (share, text) => {
  expect(percent(share)).toBe(text);
});

it('a rate has a decimal, as its interval does', () => {
  expect(percent(0.13513513513513514, true)).toBe('13.5\u00a0%');
  expect(percent(0.0004, true)).toBe('<\u00a00.1\u00a0%');
  expect(percent(0.9996, true)).toBe('>\u00a099.9\u00a0%');
  expect(percentRange(0.05913, 0.27977)).toBe('5.9–28.0\u00a0%');
});

it('a probability is never printed as zero', () => {
  expect(probability(0.005450828980240743)).toBe('0.005');
  expect(probability(0.00002)).toBe('<\u00a00.001');
  expect(probability(1)).toBe('1.000');
});
