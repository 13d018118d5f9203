import { scaleUtc } from 'd3-scale';
import type { Tick } from './axes.js';
import { SIDE } from './coordinates.js';

/** More points than this are drawn on top of each other. */
const MOST_POINTS = 180;

/** In all series of a chart together: a page must stay small. */
const MOST_IN_ALL = 1_800;

/** The maximum number of ticks on an axis of days. */
const TICKS = 8;

const month = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'short' });

/** Maps days (`2026-01-31`, UTC) to positions, from the left edge of a chart to its right one. */
export function dayScale(days: readonly string[]): {
  readonly at: (day: string) => number;
  readonly ticks: readonly Tick[];
} {
  const first = new Date(days[0] ?? 0);
  const last = new Date(days.at(-1) ?? 0);
  // A single day is drawn at the right edge, where the data end.
  const scale = scaleUtc()
    .domain([first, last])
    .range([first < last ? 0 : SIDE, SIDE]);
  const marks = first < last ? thinned(scale.ticks(TICKS).filter(isMidnight)) : [last];
  return {
    at: (day) => scale(new Date(day)),
    ticks: marks.map((date, index) => ({ at: scale(date), label: dateLabel(date, marks[index - 1] ?? date) })),
  };
}

/** d3 also marks hours if there are only a few days. */
function isMidnight(date: Date): boolean {
  return date.getUTCHours() === 0 && date.getUTCMinutes() === 0;
}

/** d3 may return twice the requested number of ticks for weeks and months. */
function thinned(marks: readonly Date[]): readonly Date[] {
  return marks.length > TICKS ? thinned(marks.filter((_, index) => index % 2 === 0)) : marks;
}

/** Shows the year if it differs from that of the previous tick. */
function dateLabel(date: Date, before: Date): string {
  const day = date.getUTCDate();
  const label = `${day === 1 ? '' : `${day} `}${month.format(date)}`;
  const year = date.getUTCFullYear();
  return year === before.getUTCFullYear() ? label : `${label} ${year}`;
}

/** Returns the indexes of the points to draw: evenly spaced, always with the last one. */
export function pointsToDraw(length: number, series = 1): number[] {
  const step = Math.ceil(length / Math.min(MOST_POINTS, MOST_IN_ALL / Math.max(1, series)));
  return Array.from({ length: Math.ceil(length / step) }, (_, index) => ((length - 1) % step) + index * step);
}
