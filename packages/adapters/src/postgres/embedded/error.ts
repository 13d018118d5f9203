/** The embedded PostgreSQL cannot start: one line with the reason and the remedy. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** Describes a failed file operation in one word or line: `EACCES: permission denied, mkdir '/x'`. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

/** The `code` of a failed system call, for example `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The first line of a PostgreSQL program's output that says why it failed, without time stamps, and the hint after it. */
export function fatalLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const at = lines.findIndex((line) => /\b(FATAL|PANIC|ERROR|error):/.test(line));
  const line = (at === -1 ? lines.at(-1) : lines[at]) ?? 'it said nothing';
  const hint = /\bHINT:\s*(.*)/.exec(lines[at + 1] ?? '')?.[1];
  const reason = line.replace(/^.*?\b(FATAL|PANIC|ERROR|error):\s*/, '').replace(/\.$/, '');
  return at === -1 || hint === undefined ? reason : `${reason} (${hint.replace(/\.$/, '')})`;
}
