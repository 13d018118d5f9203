import { CONTESTANTS, type ContestantName } from '../kit/contestants.ts';
import { OPERATION_TITLES } from '../kit/kinds.ts';
import { type Spread, spreadOf } from '../kit/statistics.ts';
import { figure } from '../kit/text.ts';
import type { Mode, Series } from './report.ts';

// Okabe and Ito's colours: colour-blind readers can distinguish them, on light and dark pages.
const COLOURS: Readonly<Record<ContestantName, string>> = {
  ours: '#0072b2',
  floor: '#e69f00',
  fastify: '#009e73',
  bun: '#cc79a7',
  go: '#56b4e9',
  rust: '#d55e00',
  'all-cores': '#f0e442',
};
const NAMES: Readonly<Record<ContestantName, string>> = {
  ours: 'this service, every check on',
  floor: 'bare node:http + pg, HMAC only',
  fastify: 'Fastify + ajv + pg',
  bun: 'Bun.serve + Bun.SQL, HMAC only',
  go: 'Go net/http + pgx, HMAC only',
  rust: 'Rust hyper + tokio-postgres, HMAC only',
  'all-cores': 'this service, a process for each core',
};
const WIDTH = 860;
const PANEL_HEIGHT = 230;
const LEFT = 20;
const BAR = 34;
const LEGEND = { columns: 3, width: 275, line: 20 };

interface Bar {
  readonly contestant: ContestantName;
  readonly spread: Spread;
}

interface Group {
  readonly title: string;
  readonly bars: readonly Bar[];
}

/** Draws requests a second and, if measured, the 99th percentiles, as one SVG image. */
export function chartOf(measured: readonly Series[], caption: string): string {
  // Only the first number of connections, of which there are all contestants.
  const all = measured.filter(({ connections }) => connections === measured[0]?.connections);
  const panels = [
    panel('Requests a second, one process (more is better)', groupsOf(all, 'peak', 'requestsPerSecond')),
    panel(
      '99th percentile in ms at 60 % of the bare server’s peak (less is better)',
      groupsOf(all, 'fixed rate', 'p99'),
    ),
  ].filter((drawn) => drawn !== '');
  const lines = wrap(caption, 140);
  const names = CONTESTANTS.filter((name) => all.some(({ contestant }) => contestant === name));
  const legend = names.map((name, index) => {
    const x = LEFT + (index % LEGEND.columns) * LEGEND.width;
    const y = 20 + Math.floor(index / LEGEND.columns) * LEGEND.line;
    return (
      `<rect x="${x}" y="${y}" width="14" height="14" rx="2" fill="${COLOURS[name]}"/>` +
      `<text x="${x + 20}" y="${y + 12}">${NAMES[name]}</text>`
    );
  });
  const top = 40 + Math.ceil(names.length / LEGEND.columns) * LEGEND.line;
  const height = top + panels.length * PANEL_HEIGHT + 14 * (lines.length + 1);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"
  font-family="system-ui, sans-serif" font-size="13" fill="#222" role="img">
<title>Benchmark of the service beside others</title>
<rect width="100%" height="100%" rx="8" fill="#fff"/>
${legend.join('\n')}
${panels.map((drawn, index) => `<g transform="translate(0 ${top + index * PANEL_HEIGHT})">${drawn}</g>`).join('\n')}
${lines.map((line, index) => `<text x="${LEFT}" y="${height - 14 * (lines.length - index)}" font-size="10" fill="#666">${escapeXml(line)}</text>`).join('\n')}
</svg>
`;
}

function groupsOf(all: readonly Series[], mode: Mode, value: 'requestsPerSecond' | 'p99'): Group[] {
  const kinds = new Set(all.map(({ kind }) => kind));
  const byOperation = Map.groupBy(
    all.filter((series) => series.mode === mode),
    ({ kind, operation }) => OPERATION_TITLES[operation] + (kinds.size > 1 ? ` (${kind})` : ''),
  );
  return [...byOperation].map(([title, series]) => ({
    title,
    bars: series.map(({ contestant, rounds }) => ({
      contestant,
      spread: spreadOf(rounds.map((round) => round[value])),
    })),
  }));
}

function panel(title: string, groups: readonly Group[]): string {
  if (groups.length === 0) return '';
  const highest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ spread }) => spread.max)));
  const [top, bottom] = [44, PANEL_HEIGHT - 40];
  const y = (value: number): number => bottom - (value / highest) * (bottom - top);
  const width = (WIDTH - 2 * LEFT) / groups.length;
  const drawn = groups.map((group, index) => {
    const middle = LEFT + width * (index + 0.5);
    const room = Math.min(BAR + 12, width / (group.bars.length + 0.5));
    const bars = group.bars.map((bar, place) =>
      drawBar(bar, middle + (place - (group.bars.length - 1) / 2) * room, Math.min(BAR, room * 0.8), bottom, y),
    );
    return `${bars.join('\n')}<text x="${middle}" y="${bottom + 20}" text-anchor="middle">${group.title}</text>`;
  });
  return `<text x="${LEFT}" y="16" font-weight="600">${title}</text>
<line x1="${LEFT}" x2="${WIDTH - LEFT}" y1="${bottom}" y2="${bottom}" stroke="#999"/>
${drawn.join('\n')}`;
}

/** A bar as high as the median round, with a line from the lowest to the highest. */
function drawBar(
  { contestant, spread }: Bar,
  x: number,
  width: number,
  bottom: number,
  y: (v: number) => number,
): string {
  const [top, low, high] = [y(spread.median), y(spread.min), y(spread.max)].map((value) => value.toFixed(1));
  return `<rect x="${(x - width / 2).toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${(bottom - Number(top)).toFixed(1)}" rx="2" fill="${COLOURS[contestant]}"/>
<line x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${low}" y2="${high}" stroke="#222" stroke-width="1.5"/>
<text x="${x.toFixed(1)}" y="${(Number(high) - 5).toFixed(1)}" text-anchor="middle" font-size="${width < 26 ? 8 : 11}">${figure(spread.median)}</text>`;
}

/** SVG does not break lines by itself. */
function wrap(text: string, width: number): string[] {
  return text.match(new RegExp(`\\S.{0,${width}}(?=\\s|$)`, 'g')) ?? [];
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
