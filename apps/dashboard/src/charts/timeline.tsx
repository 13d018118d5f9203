import { Bottom } from './axes.js';
import { percentage, SIDE } from './coordinates.js';
import { dayScale } from './days.js';
import { Plot } from './plot.js';

/** One row of a timeline, from left to right. */
export interface TimelineRow {
  readonly name: string;
  readonly bars: readonly { readonly series: string; readonly from: number; readonly to: number }[];
  /** Single instants on it. */
  readonly moments: readonly number[];
}

interface TimelineProps {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Of the axis, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly rows: readonly TimelineRow[];
}

/** Pixels. */
const ROW = 48;
const BAR = { top: 22, height: 14 };

/** In units of the square: the minimum visible length. */
const SHORTEST = 4;

/** Bars over time, in rows, each below its name. */
export function Timeline({ id, title, description, from, to, rows }: TimelineProps) {
  const day = new Date(from).toISOString().slice(0, 10);
  const x = dayScale([day, new Date(to).toISOString()]);
  const at = (instant: number) => Math.min(SIDE, Math.max(0, x.at(new Date(instant).toISOString())));
  return (
    <Plot id={id} title={title} description={description} height={rows.length * ROW}>
      <g class="rules">
        {x.ticks.map((tick) => (
          <line x1={percentage(tick.at)} x2={percentage(tick.at)} y1="0" y2="100%" />
        ))}
        <line class="base" x1="0" x2="100%" y1="100%" y2="100%" />
      </g>
      {rows.map(({ name, bars, moments }, row) => (
        <svg y={row * ROW} width="100%" height={ROW} overflow="visible" aria-hidden="true">
          <text class="row-name" x="0" y={BAR.top - 6}>
            {name}
          </text>
          {bars.map((bar) => {
            const width = Math.max(SHORTEST, at(bar.to) - at(bar.from));
            const start = Math.min(at(bar.from), SIDE - width);
            return (
              <g class={bar.series}>
                <rect class="area" x={percentage(start)} y={BAR.top} width={percentage(width)} height={BAR.height} />
              </g>
            );
          })}
          {moments.map((moment) => (
            <circle class="moment" cx={percentage(at(moment))} cy={BAR.top + BAR.height / 2} r="4" />
          ))}
        </svg>
      ))}
      <Bottom ticks={x.ticks} />
    </Plot>
  );
}
