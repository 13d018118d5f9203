import { percentage, SIDE } from './coordinates.js';

/** A label beside the end of a line or band. */
export interface EndLabel {
  readonly text: string;
  /** Its preferred position, in units of the square. */
  readonly y: number;
}

/** In units of the square: the height of a line of text. */
const LINE = 65;

/** Labels at the right edge of a chart, moved apart where they would overlap. */
export function EndLabels({ labels }: { readonly labels: readonly EndLabel[] }) {
  return (
    <g class="end-labels wide-only">
      {spread(labels).map(({ text, y }) => (
        <text x="100%" y={percentage(y)} dx="8" dy="4">
          {text}
        </text>
      ))}
    </g>
  );
}

/** Moves labels apart as little as necessary, from the bottom up and back, in the same order. */
export function spread(labels: readonly EndLabel[]): EndLabel[] {
  const sorted = labels.toSorted((a, b) => b.y - a.y);
  let above = SIDE + LINE;
  const lifted = sorted.map(({ text, y }) => {
    above = Math.min(y, above - LINE);
    return { text, y: above };
  });
  let below = -LINE;
  return lifted
    .toReversed()
    .map(({ text, y }) => {
      below = Math.max(y, below + LINE);
      return { text, y: below };
    })
    .toReversed();
}
