import { anchorAt, percentage, SIDE } from './coordinates.js';

/** A tick on an axis. */
export interface Tick {
  /** In units of the square, from its left or top edge. */
  readonly at: number;
  readonly label: string;
}

/** Horizontal lines, each with its value on its left. */
export function Rules({ ticks }: { readonly ticks: readonly Tick[] }) {
  return (
    <g class="rules">
      {ticks.map(({ at, label }) => (
        <>
          <line class={at >= SIDE ? 'base' : undefined} x1="0" x2="100%" y1={percentage(at)} y2={percentage(at)} />
          <text x="0" y={percentage(at)} dx="-8" dy="4" text-anchor="end">
            {label}
          </text>
        </>
      ))}
    </g>
  );
}

interface BottomProps {
  readonly ticks: readonly Tick[];
  /** What the axis counts; absent if its ticks say so. */
  readonly label?: string;
}

/** Ticks below the chart. A small screen leaves out every other one. */
export function Bottom({ ticks, label }: BottomProps) {
  return (
    <g class="bottom">
      {ticks.map(({ at, label: text }, index) => (
        <g class={index % 2 === 0 ? undefined : 'wide-only'}>
          <line x1={percentage(at)} x2={percentage(at)} y1="100%" y2="100%" class="tick" />
          <text x={percentage(at)} y="100%" dy="18" text-anchor={anchorAt(at)}>
            {text}
          </text>
        </g>
      ))}
      {label !== undefined && (
        <text class="axis-label" x="50%" y="100%" dy="36" text-anchor="middle">
          {label}
        </text>
      )}
    </g>
  );
}
