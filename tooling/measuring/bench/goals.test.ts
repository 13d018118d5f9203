import { describe, expect, it } from 'vitest';
import type { ContestantName } from '../kit/contestants.ts';
import type { Operation } from '../kit/kinds.ts';
import { goalsTable } from './goals.ts';
import type { Mode, Series } from './report.ts';

function series(
  contestant: ContestantName,
  requestsPerSecond: number,
  {
    operation = 'post',
    connections = 32,
    mode = 'peak',
  }: { operation?: Operation; connections?: number; mode?: Mode } = {},
  cpu = 40,
): Series {
  const round = { requestsPerSecond, p50: 1, p99: 1000 / requestsPerSecond, cpu, postgresCpu: 10, resident: 140 };
  return { kind: 'patient', operation, contestant, connections, mode, rate: undefined, rounds: [round, round, round] };
}

const rowOf = (all: readonly Series[], goal: string, needs?: Parameters<typeof goalsTable>[1]) =>
  goalsTable(all, needs)
    .split('\n')
    .find((line) => line.startsWith(`| ${goal} `))
    ?.split('|')
    .slice(2, 5)
    .map((cell) => cell.trim());

describe('the table of goals', () => {
  const POST = [series('ours', 230), series('floor', 100)];
  const LATEST = [series('ours', 210, { operation: 'latest' }), series('floor', 100, { operation: 'latest' })];
  const toFloor = 'requests/s to floor, 32 connections';

  it('is met by what is enough', () => {
    expect(rowOf(POST, toFloor)).toEqual(['>= 2.2', 'POST 2.30', 'met']);
  });

  it('is missed if one operation falls short', () => {
    expect(rowOf([...POST, ...LATEST], toFloor)).toEqual(['>= 2.2', 'POST 2.30, GET latest 2.10', '**missed**']);
  });

  it('says what was not measured, and takes nothing else for it', () => {
    expect(rowOf(POST, 'requests/s to Rust, 32 connections')?.at(2)).toBe('not measured');
    expect(rowOf(POST, 'requests/s to floor, 128 connections')?.at(2)).toBe('not measured');
    expect(rowOf(POST, 'each token new: requests/s to floor')?.at(2)).toBe('not measured');
    expect(rowOf(POST, 'resident memory idle, MiB')?.at(2)).toBe('not measured');
  });

  it('counts the CPU of server and PostgreSQL, and that of new tokens against known ones', () => {
    const all = [...POST, series('ours', 200, { mode: 'peak, new tokens' }, 60)];
    expect(rowOf(all, 'CPU with PostgreSQL to floor, 32 connections')?.at(1)).toBe('POST 1.00');
    expect(rowOf(all, 'each token new: CPU to that with known tokens')?.slice(1)).toEqual(['POST 1.50', '**missed**']);
  });

  it('compares the speed of all cores to that of one process', () => {
    const all = [series('ours', 100, { connections: 128 }), series('all-cores', 400, { connections: 128 })];
    const goal = 'a process for each core: requests/s to one, 128 connections';
    expect(rowOf(all, goal)?.at(1)).toBe('POST 4.00');
  });

  it('has the percentile where less is better, and what a process needs', () => {
    const alone = POST.map((one) => ({ ...one, connections: 1 }));
    expect(rowOf(alone, 'p99 to floor, 1 connection')).toEqual(['<= 1', 'POST 0.435', 'met']);
    const needs = { starts: [140, 300, 150], idle: 90, crowded: { post: 149, get: 151 } };
    expect(rowOf([], 'first answer on an existing database, ms', needs)).toEqual(['<= 150', '150', 'met']);
    expect(rowOf([], 'resident memory idle, MiB', needs)).toEqual(['<= 85', '90.0', '**missed**']);
    const crowd = POST.map((one) => ({ ...one, connections: 512 }));
    expect(rowOf([], 'resident memory, 512 connections, new process, MiB', needs)).toEqual([
      '<= 150',
      'POST 149, GET by id 151',
      '**missed**',
    ]);
    expect(rowOf(crowd, 'the same, after all other steps, MiB', needs)).toEqual(['<= 150', 'POST 140', 'met']);
  });
});
