import type { Child } from 'hono/jsx';

/** Colours, each with a dash of its own. Further series get them once more, dashed in another way. */
const COLOURS = 8;
const DASHES = 3;

/** How the series of a place in its chart is drawn: the first ones have each a colour and a dash of their own. */
export function seriesClass(index: number): string {
  const round = Math.floor(index / COLOURS) % DASHES;
  return `series series-${(index % COLOURS) + 1} round-${round + 1}`;
}

export const OTHER_CLASS = 'series series-other';
export const UNKNOWN_CLASS = 'series series-unknown';

/** A short piece of how a series is drawn, for legends and tables. */
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

/** What the colours and dashes of a chart stand for. */
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
