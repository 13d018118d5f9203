import type { Child, PropsWithChildren } from 'hono/jsx';
import { SIDE } from './coordinates.js';

interface PlotProps {
  /** Unique within the page: other ids derive from it. */
  readonly id: string;
  readonly title: string;
  /** What a person who cannot see the chart needs to know of it. */
  readonly description: string;
  /** In pixels, for a chart as high as its content; by default from the style sheet. */
  readonly height?: number;
  readonly children: Child;
}

/**
 * The frame of a chart, as wide as the page. Positions are percentages, so that texts keep their size on every screen.
 */
export function Plot({ id, title, description, height, children }: PlotProps) {
  return (
    <svg
      class={height === undefined ? 'plot' : 'plot own-height'}
      role="img"
      aria-labelledby={`${id}-title ${id}-desc`}
      width="100%"
      height={height ?? 288}
    >
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-desc`}>{description}</desc>
      {children}
    </svg>
  );
}

/**
 * Lines and areas, in units of the square; strokes keep their width when it is stretched.
 *
 * @param props `isCut` clips whatever lies outside
 */
export function Stretched({ isCut = false, children }: PropsWithChildren<{ readonly isCut?: boolean }>) {
  return (
    <svg
      class="stretched"
      aria-hidden="true"
      viewBox={`0 0 ${SIDE} ${SIDE}`}
      preserveAspectRatio="none"
      width="100%"
      height="100%"
      overflow={isCut ? 'hidden' : 'visible'}
    >
      {children}
    </svg>
  );
}
