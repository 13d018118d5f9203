import { percentage, SIDE } from './coordinates.js';

/** A name beside the end of what it names. */
export interface EndLabel {
  readonly text: string;
  /** Where it would stand best, in units of the square. */
  readonly y: number;
}

/** In units of the square: the height of a line of text. */
const LINE = 65;

/** Names beside the right edge of a chart; those that would cover each other give way. */
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

/** Moves labels apart, from the bottom upwards and back, as little as it takes; their order stays. */
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
