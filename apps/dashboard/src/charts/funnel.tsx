import { scaleLinear, scaleLog } from 'd3-scale';
import { area, line } from 'd3-shape';
import { numberText, percent } from '../words/numbers.js';
import { Bottom, Rules } from './axes.js';
import { controlLimits, type Tail } from './control-limits.js';
import { percentage, SIDE } from './coordinates.js';
import { Plot, Stretched } from './plot.js';

/** A group: how many of how many disagree. */
export interface FunnelPoint {
  readonly name: string;
  readonly told: number;
  readonly disagree: number;
  readonly flag: 'high' | 'too_few' | null;
}

interface FunnelProps {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The rate of all groups together. */
  readonly rate: number;
  readonly points: readonly FunnelPoint[];
  /** What the axis at the bottom counts. */
  readonly unit: string;
}

/** At how many points the limits are computed. */
const STEPS = 60;

/** In units of the square: points further right have their name on their left. */
const RIGHT = SIDE * 0.6;

/** How many flagged points are labelled; the table has all of them. */
const NAMED = 8;

/** Rates by group size, with the limits expected of groups that share one rate. */
export function Funnel({ id, title, description, rate, points, unit }: FunnelProps) {
  const most = Math.ceil(1.2 * Math.max(10, ...points.map(({ told }) => told)));
  const x = scaleLog().domain([1, most]).range([0, SIDE]).clamp(true);
  // High enough to show the limits converging.
  const limit = controlLimits(rate, Math.ceil(most / 4), 0.025).upper;
  const highest = Math.max(0.1, limit, ...points.map(({ told, disagree }) => (told === 0 ? 0 : disagree / told)));
  const y = scaleLinear()
    .domain([0, Math.min(1, highest * 1.15)])
    .nice(4)
    .range([SIDE, 0]);
  const sizes = Array.from({ length: STEPS + 1 }, (_, step) => Math.round(most ** (step / STEPS)));
  const limitsOf = (tail: Tail) =>
    [...new Set(sizes)].map((n) => {
      const { lower, upper } = controlLimits(rate, n, tail);
      return { x: x(n), lower: y(lower), upper: y(upper) };
    });
  const band = area<Limit>(
    (limit) => limit.x,
    (limit) => limit.lower,
    (limit) => limit.upper,
  ).digits(0);
  const upper = line<Limit>(
    (limit) => limit.x,
    (limit) => limit.upper,
  ).digits(0);
  const lower = line<Limit>(
    (limit) => limit.x,
    (limit) => limit.lower,
  ).digits(0);
  const [inner, outer] = [limitsOf(0.025), limitsOf(0.001)];
  const places = points
    .filter(({ told }) => told > 0)
    .map((point) => ({ ...point, x: x(point.told), y: y(point.disagree / point.told) }));
  const named = new Set(places.filter(({ flag }) => flag === 'high').slice(0, NAMED));
  return (
    <Plot id={id} title={title} description={description}>
      <Stretched isCut>
        <path class="limits outer" d={band(outer) ?? ''} />
        <path class="limits inner" d={band(inner) ?? ''} />
        <path class="limit outer" d={`${upper(outer)}${lower(outer)}`} />
        <path class="limit inner" d={`${upper(inner)}${lower(inner)}`} />
        <path class="target" d={`M0,${Math.round(y(rate))}H${SIDE}`} />
      </Stretched>
      <Rules ticks={y.ticks(4).map((share) => ({ at: y(share), label: percent(share) }))} />
      {places.map((place) => (
        <Point {...place} />
      ))}
      {[...named].map((place) => (
        <text
          class="point-name"
          x={percentage(place.x)}
          y={percentage(place.y)}
          dx={place.x > RIGHT ? -12 : 12}
          dy="4"
          text-anchor={place.x > RIGHT ? 'end' : 'start'}
        >
          {place.name}
        </text>
      ))}
      <Bottom ticks={sizesToMark(most).map((n) => ({ at: x(n), label: numberText(n) }))} label={unit} />
    </Plot>
  );
}

interface Limit {
  readonly x: number;
  readonly lower: number;
  readonly upper: number;
}

/** A circle; a triangle if the group stands out; a ring if it is too small to judge. */
function Point({ x, y, flag }: FunnelPoint & { readonly x: number; readonly y: number }) {
  if (flag === 'high') {
    return (
      <svg x={percentage(x)} y={percentage(y)} width="1" height="1" overflow="visible" aria-hidden="true">
        <path class="point high" d="M0-8L7 5H-7Z" />
      </svg>
    );
  }
  return <circle class={flag === null ? 'point' : 'point few'} cx={percentage(x)} cy={percentage(y)} r="5" />;
}

/** 1, 2, 5, 10, 20, 50 … */
function sizesToMark(most: number): number[] {
  const powers = Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, power) => 10 ** power);
  return powers.flatMap((power) => [power, 2 * power, 5 * power]).filter((size) => size <= most);
}
