import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callOverHttp } from '../support/over-http.js';
import { remove, Service, temporaryFolder } from '../support/service.js';
import { type SuiteDatabase, startSuiteDatabase } from '../support/suite-database.js';
import { tokenFor } from '../support/tokens.js';

const folder = temporaryFolder();
let database: SuiteDatabase;

beforeAll(async () => {
  database = await startSuiteDatabase();
  await new Service(database.env, ['migrate']).exit;
  await database.sql(`
    insert into desktop select gen_random_uuid(), '2022-01-01', 'c', timestamp '2022-01-01' + n * interval '1 hour', 'c', 'c' || n % 100, repeat('d', 1200),
      '2022-01-01', 0, 'GDM', '1.' || n % 7, 'Windows', '11', '::1' from generate_series(1, 20000) n`);
});
afterAll(async () => {
  await Service.endAll();
  await database.stop();
  remove(folder);
});

function run(table: string, file: string): Service {
  return new Service(database.env, ['export', table, file]);
}

it.each(['ndjson', 'csv'])(
  'an export as %s that is killed again and again is that of an undisturbed run',
  async (format) => {
    const whole = join(folder, `whole.${format}`);
    expect(await run('clinician_installations', whole).exit).toEqual({ code: 0, signal: null });
    expect(statSync(whole).mode & 0o777).toBe(0o600);

    const file = join(folder, `killed.${format}`);
    const markedAt = () => statSync(`${file}.part.json`, { throwIfNoEntry: false })?.mtimeMs;
    let resumed = 0;
    // Until it has gone on at least once: where this process was kept waiting, the first one may have come to its end.
    for (; !existsSync(file) || resumed === 0; ) {
      rmSync(file, { force: true });
      const command = run('clinician_installations', file);
      const before = markedAt();
      while (command.process.exitCode === null && markedAt() === before) await sleep(5);
      await sleep(Math.random() * 100);
      command.kill('SIGKILL');
      await command.exit;
      if (/Going on after [1-9]/.test(command.stderr)) resumed++;
    }
    expect(readFileSync(file).equals(readFileSync(whole))).toBe(true);
    expect(existsSync(`${file}.part`)).toBe(false);
  },
);

it('writes what the API sends', async () => {
  const service = await new Service({ ...database.env, SHUTDOWN_DELAY: '0' }).ready();
  const token = await tokenFor({ scope: 'export:gdm_telemetry_all', metadata: { system_id: 'warehouse' } });
  const path = '/dhos/v1/telemetry/export/clinician_installations';
  const { text } = await callOverHttp(await service.url(), 'GET', path, { token });
  expect(text).toBe(readFileSync(join(folder, 'whole.ndjson'), 'utf8'));
});

it('goes on where a mark was left, and overwrites nothing', async () => {
  const whole = readFileSync(join(folder, 'whole.ndjson'), 'utf8');
  const lines = whole.split('\n').slice(0, 7);
  const file = join(folder, 'marked.ndjson');
  const kept = `${lines.join('\n')}\n`;
  writeFileSync(`${file}.part`, `${kept}{"uuid":"half a li`);
  const mark = { bytes: Buffer.byteLength(kept), rows: 7, after: JSON.parse(lines[6] ?? '').uuid };
  writeFileSync(`${file}.part.json`, JSON.stringify({ of: 'revisions as ndjson', ...mark }));
  const other = run('clinician_installations', file);
  expect((await other.exit).code).toBe(1);
  expect(other.stderr).toContain('is of revisions as ndjson');

  writeFileSync(`${file}.part.json`, JSON.stringify({ of: 'clinician_installations as ndjson', ...mark }));
  const command = run('clinician_installations', file);
  expect((await command.exit).code).toBe(0);
  expect(command.stderr).toContain('Going on after 7 rows');
  expect(readFileSync(file, 'utf8')).toBe(whole);

  const again = run('clinician_installations', file);
  expect((await again.exit).code).toBe(1);
  expect(again.stderr).toContain('is there already');
  rmSync(file);
});

it('says that a file cannot be written, and does not blame the database', async () => {
  const file = join(folder, 'missing', 'file.ndjson');
  const command = run('clinician_installations', file);
  expect((await command.exit).code).toBe(1);
  expect(command.stderr).toContain(`${file} cannot be written: ENOENT: no such file or directory`);
  expect(command.stderr).not.toContain('database');
});
