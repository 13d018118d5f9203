import { area, line, stack } from 'd3-shape';
import { Bottom, Rules } from './axes.js';
import { SIDE } from './coordinates.js';
import { countScale } from './count-scale.js';
import { dayScale, pointsToDraw } from './days.js';
import { EndLabels } from './end-labels.js';
import { Plot, Stretched } from './plot.js';
import { withoutRepeats } from './without-repeats.js';

/** One band of the stack. */
export interface Layer {
  readonly name: string;
  readonly series: string;
  /** One count for each day. */
  readonly counts: readonly number[];
}

interface StackedAreasProps {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly days: readonly string[];
  /** From the bottom to the top. */
  readonly layers: readonly Layer[];
}

/** In units of the square: a band that ends thinner than this gets no label. */
const THIN = 40;

/** Counts over time, stacked: the upper edge is their sum. */
export function StackedAreas({ id, title, description, days, layers }: StackedAreasProps) {
  const points = pointsToDraw(days.length, layers.length);
  const x = dayScale(days);
  const stacked = stack<number, number>()
    .keys(layers.keys())
    .value((point, layer) => layers[layer]?.counts[point] ?? 0)(points);
  const y = countScale(Math.max(0, ...stacked.flatMap((band) => band.map(([, top]) => top))));
  const places = points.map((point) => x.at(days[point] ?? ''));
  const bands = stacked.map((band, index) => ({
    name: layers[index]?.name ?? '',
    series: layers[index]?.series ?? '',
    edges: band.map(([bottom, top], point) => ({ x: places[point] ?? SIDE, bottom: y.at(bottom), top: y.at(top) })),
  }));
  const fill = area<Edge>(
    (edge) => edge.x,
    (edge) => edge.bottom,
    (edge) => edge.top,
  ).digits(0);
  const edge = line<Edge>(
    (each) => each.x,
    (each) => each.top,
  ).digits(0);
  const ends = bands.flatMap(({ name, edges }) => {
    const last = edges.at(-1);
    return last === undefined || last.bottom - last.top < THIN ? [] : [{ text: name, y: (last.bottom + last.top) / 2 }];
  });
  return (
    <Plot id={id} title={title} description={description}>
      <Stretched>
        {bands.map(({ series, edges }) => (
          <g class={series}>
            <path class="area" d={fill(edges) ?? ''} />
            <path class="line" d={edge(withoutRepeats(edges, ({ top }) => top)) ?? ''} />
          </g>
        ))}
      </Stretched>
      <Rules ticks={y.ticks} />
      <Bottom ticks={x.ticks} />
      <EndLabels labels={ends} />
    </Plot>
  );
}

interface Edge {
  readonly x: number;
  readonly bottom: number;
  readonly top: number;
}
