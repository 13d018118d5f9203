import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const BENCH = join(import.meta.dirname, '../measuring/bench/main.ts');
/** All but those that need wrk, or longer, to mean anything. */
const PARTS = ['build', 'pages', 'reports', 'freshness', 'rows', 'erasures'];

it('measures the reading side from end to end, on a small fleet', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polaris-bench-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const settings = ['--rows', '2000', '--rounds', '1', '--seconds', '1', '--parts', PARTS.join(), '--folder', folder];
  const { stdout } = await promisify(execFile)(process.execPath, [BENCH, '--reads', '--export', ...settings]);
  const { fleets } = JSON.parse(readFileSync(join(folder, 'fleet.json'), 'utf8'));
  expect(fleets).toMatchObject([{ rows: 2000 }]);
  const findings: { readonly what: string; readonly measured: string }[] = fleets[0].findings;
  expect(findings.length).toBeGreaterThan(30);
  for (const { what, measured } of findings) {
    expect(measured, what).toMatch(/\d/);
    expect(measured, what).not.toContain('–');
    expect(stdout).toContain(what);
  }
});
