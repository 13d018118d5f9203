import type { Child } from 'hono/jsx';

/** Colours, each with a dash of its own. Further series get them once more, dashed in another way. */
const COLOURS = 8;
const DASHES = 3;

/** How the series of a place in its chart is drawn: the first ones have each a colour and a dash of their own. */
export function lookOf(index: number): string {
  const round = Math.floor(index / COLOURS) % DASHES;
  return `series series-${(index % COLOURS) + 1} round-${round + 1}`;
}

export const OTHER_LOOK = 'series series-other';
export const UNKNOWN_LOOK = 'series series-unknown';

/** A short piece of how a series is drawn, for legends and tables. */
export function Swatch({ look }: { readonly look: string }) {
  return (
    <svg class={`swatch ${look}`} width="22" height="12" aria-hidden="true">
      <rect class="area" width="22" height="12" />
      <line class="line" x1="0" x2="22" y1="6" y2="6" />
    </svg>
  );
}

export interface LegendEntry {
  readonly look: string;
  readonly name: Child;
}

/** What the colours and dashes of a chart stand for. */
export function Legend({ entries }: { readonly entries: readonly LegendEntry[] }) {
  return (
    <ul class="legend">
      {entries.map(({ look, name }) => (
        <li>
          <Swatch look={look} /> {name}
        </li>
      ))}
    </ul>
  );
}
