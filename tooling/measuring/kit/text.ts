import type { Spread } from './statistics.ts';

/** 12345.6 as "12,346", 0.01234 as "0.0123": three digits at least, never a false precision. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-GB');
  return value.toPrecision(3);
}

/** The median and, where there was more than one round, how far the rounds lay apart. */
export function spreadText({ median, min, max }: Spread): string {
  return min === max ? figure(median) : `${figure(median)} (${figure(min)}..${figure(max)})`;
}

/** A Markdown table whose columns also line up as plain text. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.slice(1).map(line)].join(
    '\n',
  );
}

/** A progress bar of one line, drawn over and over on a terminal and only now and then elsewhere. */
export function progressBar(title: string): (done: number, total: number) => void {
  let lastShown = -1;
  return (done, total) => {
    const part = total === 0 ? 1 : done / total;
    const step = Math.floor(part * (process.stderr.isTTY ? 100 : 10));
    if (step === lastShown) return;
    lastShown = step;
    const bar = '█'.repeat(Math.round(part * 30)).padEnd(30, '░');
    const end = process.stderr.isTTY && part < 1 ? '' : '\n';
    const start = process.stderr.isTTY ? '\r\x1b[2K' : '';
    process.stderr.write(`${start}${title} ${bar} ${Math.floor(part * 100)} %${end}`);
  };
}
