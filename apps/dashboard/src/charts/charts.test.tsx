import { describe, expect, it } from 'vitest';
import { ShareBar } from './bar.js';
import { Curves } from './curves.js';
import { EndLabels, spread } from './end-labels.js';
import { Funnel } from './funnel.js';
import { seriesClass } from './legend.js';
import { StackedAreas } from './stacked-areas.js';

const NAMES = { id: 'c', title: 'A title', description: 'What it shows.' };
const HOSTILE = '</svg><script>alert("x")</script>';
const DAYS = ['2026-01-01', '2026-01-02', '2026-01-03'];

const layer = (name: string, counts: readonly number[], index = 0) => ({ name, series: seriesClass(index), counts });
const areas = (layers: ReturnType<typeof layer>[], days: readonly string[] = DAYS) =>
  String(<StackedAreas {...NAMES} days={days} layers={layers} />);
/** What the shapes of a class are drawn along. */
const paths = (svg: string, kind: string) =>
  [...svg.matchAll(new RegExp(`class="[^"]*\\b${kind}"[^>]* d="([^"]*)"`, 'g'))].map(([, path]) => path);
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

describe('stacked areas', () => {
  it('stand one on top of the other, at the height of their sum', () => {
    const svg = areas([layer('4.2.0', [0, 1, 3]), layer('4.1.0', [4, 3, 1], 1)]);
    expect(paths(svg, 'area')).toEqual([
      'M0,1000L500,750L1000,250L1000,1000L500,1000L0,1000Z',
      'M0,0L500,0L1000,0L1000,250L500,750L0,1000Z',
    ]);
    expect(texts(svg)).toEqual(['0', '1', '2', '3', '4', 'Jan', '2 Jan', '3 Jan', '4.2.0', '4.1.0']);
  });

  it('has a name and a description that it is known by', () => {
    const svg = areas([layer('1', [1, 1, 1])]);
    expect(svg).toMatch(/^<svg class="plot" role="img" aria-labelledby="c-title c-desc"/);
    expect(svg).toContain('<title id="c-title">A title</title><desc id="c-desc">What it shows.</desc>');
  });

  it('draws no one, a single day, and no day at all', () => {
    expect(paths(areas([layer('1', [0, 0, 0])]), 'area')).toEqual([
      'M0,1000L500,1000L1000,1000L1000,1000L500,1000L0,1000Z',
    ]);
    expect(paths(areas([layer('1', [2])], ['2026-01-01']), 'area')).toEqual(['M1000,0L1000,1000Z']);
    expect(areas([], [])).not.toContain('NaN');
  });

  it('thins out many points, and keeps the last one', () => {
    const days = Array.from({ length: 1000 }, (_, day) =>
      new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10),
    );
    const [path = ''] = paths(
      areas(
        [
          layer(
            '1',
            days.map((_, day) => (day === 999 ? 8 : day % 3)),
          ),
        ],
        days,
      ),
      'area',
    );
    expect(path.split('L').length).toBeLessThan(400);
    expect(path).toContain('L1000,0L1000,1000');
  });

  it('shows texts as text, and holds no style', () => {
    const svg = areas([layer(HOSTILE, [1, 1, 1])]);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;/svg&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;</text>');
    expect(svg).not.toContain('style=');
  });
});

describe('curves', () => {
  const curve = (name: string, shares: readonly number[]) => ({
    name,
    series: seriesClass(0),
    points: shares.map((share, day) => ({ day, share })),
  });

  it('run from their first day, and leave out what changes nothing', () => {
    const svg = String(<Curves {...NAMES} days={4} curves={[curve('4.2.0', [0, 0.5, 0.5, 0.5, 1])]} />);
    expect(paths(svg, 'line')).toEqual(['M0,1000L250,500L750,500L1000,0']);
    expect(texts(svg)).toContain('days since its first day');
    expect(texts(svg)).toContain('4.2.0');
  });

  it('mark the end of one that is younger than the chart is long', () => {
    const svg = String(<Curves {...NAMES} days={10} curves={[curve('4.2.0', [0, 0.25])]} />);
    expect(svg).toContain('<circle class="dot" cx="10%" cy="75%" r="4">');
  });
});

describe('funnel plot', () => {
  const point = (name: string, told: number, disagree: number, flag: 'high' | 'too_few' | null = null) => ({
    name,
    told,
    disagree,
    flag,
  });
  const funnel = (points: ReturnType<typeof point>[], rate = 0.1) =>
    String(<Funnel {...NAMES} rate={rate} points={points} unit="meters" />);

  it('sets flagged groups apart by shape and name, small ones as rings, and leaves out empty ones', () => {
    const svg = funnel([
      point('SM-A528B', 12, 6, 'high'),
      point('few', 2, 0, 'too_few'),
      point('b', 8, 2),
      point('none', 0, 0),
    ]);
    expect(svg.match(/class="point high"/g)).toHaveLength(1);
    expect(svg.match(/class="point few"/g)).toHaveLength(1);
    expect(svg.match(/class="point"/g)).toHaveLength(1);
    expect(texts(svg)).toContain('SM-A528B');
    expect(texts(svg)).not.toContain('b');
  });

  it('draws the rate of all together, between limits that close in', () => {
    const svg = funnel([point('a', 100, 10), point('b', 10, 2)], 0.1);
    const [target = ''] = paths(svg, 'target');
    const height = Number(/^M0,(\d+)H1000$/.exec(target)?.[1]);
    const [band = ''] = paths(svg, 'limits inner');
    const places = [...band.matchAll(/(\d+),(-?\d+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
    const [lower, upper] = [places.slice(0, places.length / 2).toReversed(), places.slice(places.length / 2)];
    expect(places.length).toBeGreaterThan(40);
    const top = lower.toReversed();
    expect(top.at(-1)?.y).toBeLessThan(height);
    expect(upper[0]?.y).toBeGreaterThan(height);
    expect(height - (top.at(-1)?.y ?? 0)).toBeLessThan(height - (top[5]?.y ?? 0));
  });

  it('draws a rate of zero, and no groups', () => {
    expect(funnel([point('a', 10, 0)], 0)).not.toContain('NaN');
    expect(funnel([], 0)).not.toContain('NaN');
  });
});

describe('names beside the edge', () => {
  it('give way to each other, and keep their order', () => {
    const placed = spread([
      { text: 'a', y: 500 },
      { text: 'b', y: 510 },
      { text: 'c', y: 990 },
      { text: 'd', y: 1000 },
    ]);
    const sorted = placed.toSorted((a, b) => a.y - b.y);
    expect(sorted.map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd']);
    for (const [index, { y }] of sorted.slice(1).entries()) {
      expect(y - (sorted[index]?.y ?? 0)).toBeGreaterThanOrEqual(65);
    }
    expect(placed.find(({ text }) => text === 'd')?.y).toBe(1000);
  });

  it('stand beside their ends where there is room', () => {
    expect(String(<EndLabels labels={[{ text: '4.2.0', y: 250 }]} />)).toContain(
      '<text x="100%" y="25%" dx="8" dy="4">4.2.0</text>',
    );
  });
});

it('a bar is as long as its share of the longest', () => {
  expect(String(<ShareBar share={0.2} longest={0.4} />)).toContain('width="50%"');
  expect(String(<ShareBar share={0.2} />)).toContain('width="20%"');
  expect(String(<ShareBar share={0} longest={0} />)).toContain('width="0%"');
});

it('the first eight series each have their own colour and dash, further ones another dash', () => {
  const classes = Array.from({ length: 24 }, (_, index) => seriesClass(index));
  expect(new Set(classes).size).toBe(24);
  expect(classes[0]).toBe('series series-1 round-1');
  expect(classes[8]).toBe('series series-1 round-2');
});
