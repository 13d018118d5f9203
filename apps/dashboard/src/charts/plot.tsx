import type { Child, PropsWithChildren } from 'hono/jsx';
import { SIDE } from './coordinates.js';

interface PlotProps {
  /** Of the page alone: other ids are made from it. */
  readonly id: string;
  readonly title: string;
  /** What a person who cannot see the chart needs to know of it. */
  readonly description: string;
  /** In pixels, for a chart that is as high as what it shows; absent: the style sheet’s. */
  readonly height?: number;
  readonly children: Child;
}

/**
 * The frame of a chart. Its height is the style sheet’s or its own, its width the page’s: positions are percentages, so that texts
 * keep their size on every screen.
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
 * Lines and areas, in units of the square; strokes keep their width however it is stretched.
 *
 * @param props `isCut`: what lies outside is not seen
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
