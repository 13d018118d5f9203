/** Charts are drawn on a square of this many units, which the page stretches to the available space. */
export const SIDE = 1000;

/** Returns a length of the square as a percentage for SVG. */
export function percentage(length: number): string {
  return `${Math.round((length / SIDE) * 1000) / 10}%`;
}

/** How a text beside a point is anchored, so that it stays within the chart. */
export function anchorAt(x: number): 'start' | 'middle' | 'end' {
  if (x < SIDE * 0.04) return 'start';
  return x > SIDE * 0.92 ? 'end' : 'middle';
}
