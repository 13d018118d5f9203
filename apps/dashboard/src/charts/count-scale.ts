import { scaleLinear } from 'd3-scale';
import { numberText } from '../words/numbers.js';
import type { Tick } from './axes.js';
import { SIDE } from './coordinates.js';

/** Maps counts to heights, from the bottom of a chart (0) to its top. */
export function countScale(most: number): { readonly at: (count: number) => number; readonly ticks: readonly Tick[] } {
  const scale = scaleLinear()
    .domain([0, Math.max(most, 1)])
    .nice(4)
    .range([SIDE, 0]);
  return {
    at: (count) => scale(count),
    ticks: scale
      .ticks(4)
      .filter(Number.isInteger)
      .map((count) => ({ at: scale(count), label: numberText(count) })),
  };
}
