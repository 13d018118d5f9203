import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { numberText, percent } from '../words/numbers.js';
import { Bottom, Rules } from './axes.js';
import { percentage, SIDE } from './coordinates.js';
import { EndLabels } from './end-labels.js';
import { Plot, Stretched } from './plot.js';
import { withoutRepeats } from './without-repeats.js';

/** A share (0 to 1) after a number of days. */
export interface CurvePoint {
  readonly day: number;
  readonly share: number;
}

export interface Curve {
  readonly name: string;
  readonly series: string;
  readonly points: readonly CurvePoint[];
}

interface CurvesProps {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The last day on the axis. */
  readonly days: number;
  readonly curves: readonly Curve[];
}

const SHARES = [0, 0.25, 0.5, 0.75, 1];

/** Shares by days since a first day: one line per release. */
export function Curves({ id, title, description, days, curves }: CurvesProps) {
  const x = scaleLinear()
    .domain([0, Math.max(days, 1)])
    .range([0, SIDE]);
  const y = scaleLinear().range([SIDE, 0]);
  const draw = line<CurvePoint>(
    (point) => x(point.day),
    (point) => y(point.share),
  ).digits(0);
  const ends = curves.flatMap(({ name, series, points }) => {
    const last = points.at(-1);
    return last === undefined ? [] : [{ name, series, x: x(last.day), y: y(last.share), isWhole: last.day >= days }];
  });
  const young = ends.filter(({ isWhole }) => !isWhole);
  return (
    <Plot id={id} title={title} description={description}>
      <Rules ticks={SHARES.map((share) => ({ at: y(share), label: percent(share) }))} />
      <Stretched>
        {curves.map(({ series, points }) => (
          <path class={`${series} line`} d={draw(withoutRepeats(points, ({ share }) => share)) ?? ''} />
        ))}
      </Stretched>
      {young.map((end) => (
        <g class={end.series}>
          <circle class="dot" cx={percentage(end.x)} cy={percentage(end.y)} r="4" />
          {!isCrowded(end, young) && (
            <text class="end-label" x={percentage(end.x)} y={percentage(end.y)} dx="8" dy="4">
              {end.name}
            </text>
          )}
        </g>
      ))}
      <Bottom
        ticks={x
          .ticks(7)
          .filter(Number.isInteger)
          .map((day) => ({ at: x(day), label: numberText(day) }))}
        label="days since its first day"
      />
      <EndLabels labels={ends.filter(({ isWhole }) => isWhole).map(({ name, y: at }) => ({ text: name, y: at }))} />
    </Plot>
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** In units of the square: a name that begins closer to another end would cover it. */
const CLOSE = { x: 100, y: 60 };

/** Whether another end would cover the name; the legend has all names. */
function isCrowded(end: Point, ends: readonly Point[]): boolean {
  return ends.some(
    (other) => other !== end && Math.abs(other.x - end.x) < CLOSE.x && Math.abs(other.y - end.y) < CLOSE.y,
  );
}
