import { align } from '../../terminal.ts';
import type { Spread } from './statistics.ts';

/** 12345.6 as "12,346", 0.01234 as "0.0123": three digits at least, never a false precision. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-GB');
  return value.toPrecision(3);
}

/** The median and, with more than one round, the lowest and highest. */
export function spreadText({ median, min, max }: Spread): string {
  return min === max ? figure(median) : `${figure(median)} (${figure(min)}..${figure(max)})`;
}

/** A Markdown table whose columns also line up as plain text. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = align(rows).map((cells) => cells.map((cell) => cell.padEnd(3)));
  const rule = head.map((cell) => '-'.repeat(cell.length));
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
