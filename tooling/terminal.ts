/** Pads the cells of a table to the widths of their columns; `rightAligned` columns on the left. */
export function align(rows: readonly (readonly string[])[], rightAligned: readonly number[] = []): string[][] {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    widths.map((width, column) => {
      const cell = row[column] ?? '';
      return rightAligned.includes(column) ? cell.padStart(width) : cell.padEnd(width);
    }),
  );
}

/** A bar on one line of a terminal, from the first second on; elsewhere nothing, so that logs stay readable. */
export function progressBar(title: string): (done: number, total: number) => void {
  const started = performance.now();
  return (done, total) => {
    const seconds = (performance.now() - started) / 1000;
    if (!process.stderr.isTTY || seconds < 1) return;
    const part = done / total;
    const bar = '█'.repeat(Math.round(part * 30)).padEnd(30, '░');
    const left = Math.ceil(seconds / part - seconds);
    process.stderr.write(
      `\r${title} ${bar} ${Math.floor(part * 100)} %, ${left} s left\u001B[K${part < 1 ? '' : '\n'}`,
    );
  };
}
