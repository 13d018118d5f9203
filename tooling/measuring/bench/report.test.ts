import { describe, expect, it } from 'vitest';
import { chartOf } from './chart.ts';
import { reportOf, type Series } from './report.ts';

function series(
  contestant: Series['contestant'],
  mode: Series['mode'],
  rates: readonly number[],
  rate?: number,
): Series {
  const rounds = rates.map((requestsPerSecond) => ({
    requestsPerSecond,
    p50: 1,
    p99: 4,
    cpu: 50,
    postgresCpu: 20,
    resident: 100,
  }));
  return { kind: 'patient', operation: 'post', contestant, mode, rate, rounds, connections: 32 };
}

const all = [
  series('ours', 'peak', [200, 240, 220]),
  series('floor', 'peak', [100, 100, 100]),
  series('ours', 'fixed rate', [60, 60, 60], 60),
  series('floor', 'fixed rate', [60, 40, 45], 60),
];

describe('reportOf', () => {
  it('shows the ratios of the rounds with their spread', () => {
    expect(reportOf(all)).toMatch(/^\| ours \/ floor +\| 2\.20 \(2\.00\.\.2\.40\) +\|/m);
  });

  it('says who did not keep up with the rate', () => {
    expect(reportOf(all)).toMatch(/^floor answered 45\.0 of 60\.0 requests a second/m);
    expect(reportOf(all)).not.toMatch(/^ours answered/m);
  });

  it('says how many measurements others disturbed', () => {
    const [ours, ...others] = all;
    const disturbed = ours && {
      ...ours,
      rounds: ours.rounds.map((round, place) => ({ ...round, disturbed: place > 0 })),
    };
    expect(reportOf(disturbed ? [disturbed, ...others] : [])).toMatch(/during 2 of these 12 measurements\.$/);
    expect(reportOf(all)).not.toContain('Other programs');
  });

  it('adds up the CPU time of server and PostgreSQL', () => {
    expect(reportOf(all)).toMatch(/CPU us\/request .*\| and of PostgreSQL +\| together /);
    expect(reportOf(all)).toMatch(/^\| ours .*\| 50\.0 .*\| 20\.0 .*\| 70\.0 /m);
  });

  it('leaves the figures open of who was not measured in a mode', () => {
    expect(reportOf(all.slice(0, 3))).toMatch(/^\| floor +\|.* – +\| – +\|$/m);
    expect(reportOf(all.slice(0, 3))).toMatch(/^\| ours \/ floor +\| 2\.20 .* – +\| – +\|$/m);
  });

  it('leaves ratios out where the service was not measured', () => {
    expect(reportOf(all.filter(({ contestant }) => contestant === 'floor'))).not.toContain('ours');
  });
});

describe('chartOf', () => {
  it('draws a bar for each contestant and measure, and keeps the caption within the picture', () => {
    const caption = 'a < b & c '.repeat(30).trim();
    const chart = chartOf(all, caption);
    const legend = 2;
    expect(chart.match(/<rect x=/g)).toHaveLength(legend + 4);
    const lines = [...chart.matchAll(/font-size="10" fill="#666">(.*)<\/text>/g)].map(([, line]) => line ?? '');
    expect(lines.join(' ')).toBe(caption.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
    expect(lines.length).toBeGreaterThan(1);
  });
});
