import { percent } from '../words/numbers.js';
import { percentage, SIDE } from './coordinates.js';

interface ShareBarProps {
  readonly share: number;
  /** The share that fills the width; 1 by default. */
  readonly longest?: number;
}

/** A share with a bar beside it: a column of them is a bar chart and its table in one. */
export function ShareBar({ share, longest = 1 }: ShareBarProps) {
  const length = longest === 0 ? 0 : share / longest;
  return (
    <span class="share">
      <span>{percent(share)}</span>
      <svg class="bar series-1" width="100%" height="14" aria-hidden="true">
        <rect class="area" width={percentage(length * SIDE)} height="100%" />
      </svg>
    </span>
  );
}
