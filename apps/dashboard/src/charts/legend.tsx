import type { Child } from 'hono/jsx';

/** Colours, each with its own dash pattern. Further series reuse them with other patterns. */
const COLOURS = 8;
const DASHES = 3;

/** Returns the class of the nth series of a chart: the first ones each have their own colour and dash pattern. */
export function seriesClass(index: number): string {
  const round = Math.floor(index / COLOURS) % DASHES;
  return `series series-${(index % COLOURS) + 1} round-${round + 1}`;
}

export const OTHER_CLASS = 'series series-other';
export const UNKNOWN_CLASS = 'series series-unknown';

/** A sample of a series' line, for legends and tables. */
export function Swatch({ series }: { readonly series: string }) {
  return (
    <svg class={`swatch ${series}`} width="22" height="12" aria-hidden="true">
      <rect class="area" width="22" height="12" />
      <line class="line" x1="0" x2="22" y1="6" y2="6" />
    </svg>
  );
}

export interface LegendEntry {
  readonly series: string;
  readonly name: Child;
}

/** Explains the colours and dash patterns of a chart. */
export function Legend({ entries }: { readonly entries: readonly LegendEntry[] }) {
  return (
    <ul class="legend">
      {entries.map(({ series, name }) => (
        <li>
          <Swatch series={series} /> {name}
        </li>
      ))}
    </ul>
  );
}
