import { scaleUtc } from 'd3-scale';
import type { Tick } from './axes.js';
import { SIDE } from './coordinates.js';

/** More points than this are drawn on top of each other. */
const MOST_POINTS = 180;

/** In all series of a chart together: a page has to stay small. */
const MOST_IN_ALL = 1_800;

/** Marks on an axis of days, at most. */
const TICKS = 8;

const month = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'short' });

/** Maps days (`2026-01-31`, UTC) to positions, from the left edge of a chart to its right one. */
export function dayScale(days: readonly string[]): {
  readonly at: (day: string) => number;
  readonly ticks: readonly Tick[];
} {
  const first = new Date(days[0] ?? 0);
  const last = new Date(days.at(-1) ?? 0);
  // A single day stands at the right edge: it is the end of what is known.
  const scale = scaleUtc()
    .domain([first, last])
    .range([first < last ? 0 : SIDE, SIDE]);
  const marks = first < last ? thinned(scale.ticks(TICKS).filter(isMidnight)) : [last];
  return {
    at: (day) => scale(new Date(day)),
    ticks: marks.map((date, index) => ({ at: scale(date), label: dateLabel(date, marks[index - 1] ?? date) })),
  };
}

/** Over a few days d3 marks hours too. */
function isMidnight(date: Date): boolean {
  return date.getUTCHours() === 0 && date.getUTCMinutes() === 0;
}

/** Weeks and months come in numbers of their own: d3 may give twice as many as asked for. */
function thinned(marks: readonly Date[]): readonly Date[] {
  return marks.length > TICKS ? thinned(marks.filter((_, index) => index % 2 === 0)) : marks;
}

/** With the year where it is another one than that of the mark before. */
function dateLabel(date: Date, before: Date): string {
  const day = date.getUTCDate();
  const label = `${day === 1 ? '' : `${day} `}${month.format(date)}`;
  const year = date.getUTCFullYear();
  return year === before.getUTCFullYear() ? label : `${label} ${year}`;
}

/** Returns the indexes of the points to draw of each of some series, evenly, the last one always. */
export function pointsToDraw(length: number, series = 1): number[] {
  const step = Math.ceil(length / Math.min(MOST_POINTS, MOST_IN_ALL / Math.max(1, series)));
  return Array.from({ length: Math.ceil(length / step) }, (_, index) => ((length - 1) % step) + index * step);
}
