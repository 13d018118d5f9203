import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../packages/adapters/src/postgres/embedded/free-port.js';
import { type Command, Newcomer } from './support/newcomer.ts';

/** One story, each part of which needs the part before: a clean clone, its first start, what one does with it, its end, the second start. */
describe('a newcomer', () => {
  let newcomer: Newcomer;
  let service: Command;
  let port: string;
  const patient = 'a-patient-of-the-first-day';
  let record: Record<string, unknown>;

  beforeAll(async () => {
    newcomer = new Newcomer();
    port = String(await freePort());
  });
  afterAll(() => newcomer?.leave());

  test('who has no network learns what to do about it, in one line', async () => {
    const { PATH: _shims, ...offline } = newcomer.offline().env;
    const start = newcomer.run('npm', ['start'], {
      ...newcomer.environment(),
      ...offline,
      PATH: newcomer.environment()['PATH'] ?? '',
    });
    expect(await start.end).toBe(1);
    const advice = start.stderr.split('\n').filter((line) => line.startsWith('Installing failed:'));
    expect(advice).toHaveLength(1);
    expect(advice[0]).toMatch(/registry cannot be reached.*[Cc]heck the network.*npm start/);
  });

  test('starts everything with npm start', async () => {
    service = newcomer.run('npm', ['start'], newcomer.environment({ PORT: port }));
    await service.says(/Ctrl-C stops everything/);
    expect(service.stdout).toContain(`http://localhost:${port}/ui/`);
    expect(await status(`http://127.0.0.1:${port}/running`)).toBe(200);
    await expect.poll(() => status(`http://127.0.0.1:${port}/healthcheck`)).toBe(200);
    expect(await status(`http://127.0.0.1:${port}/ui/`)).toBe(200);
    // Nothing of it may be something to commit.
    expect(git('status', '--porcelain')).toBe('');
  });

  test('pastes the request that was shown, and gets the new record', () => {
    const [shown] = /curl [\s\S]*?'\n/.exec(service.stdout.slice(service.stdout.indexOf('curl -s'))) ?? [];
    const answer = execFileSync('sh', ['-c', shown ?? 'exit 1'], { encoding: 'utf8', env: newcomer.environment() });
    expect(JSON.parse(answer)).toMatchObject({
      app_version: '4.1.0',
      date_first_launched: '2026-01-31T09:30:00.000+01:00',
    });
  });

  test('makes a token, alone on stdout with --silent, and uses it', async () => {
    const token = newcomer.run('npm', ['run', '--silent', 'token', '--', '--patient', patient]);
    expect(await token.end).toBe(0);
    expect(token.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const withBanner = newcomer.run('npm', ['run', 'token', '--', '--patient', patient]);
    expect(await withBanner.end).toBe(0);
    expect(withBanner.stdout.trim().split('\n').at(-1)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const answer = await fetch(`http://127.0.0.1:${port}/dhos/v1/patient/${patient}/blood_glucose_meter`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token.stdout.trim()}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        mobile_id: 'm',
        serial_number: 's',
        date_verified: '2026-01-31T09:30:00Z',
        app_product: 'GDM',
        app_version: '4.1.0',
      }),
    });
    expect(answer.status).toBe(201);
    record = (await answer.json()) as Record<string, unknown>;
  });

  test('fills it with sample data, once', async () => {
    // It finds the port of the running service by itself.
    const seed = newcomer.run('npm', ['run', 'seed']);
    expect(await seed.end).toBe(0);
    expect(seed.stdout).toMatch(/48 people, \d{3} new records/);
    const again = newcomer.run('npm', ['run', 'seed']);
    expect(await again.end).toBe(0);
    expect(again.stdout).toMatch(/48 people, 0 new records/);
  });

  test('looks at the schema and the data beside the running service', async () => {
    const status = newcomer.run('npm', ['run', 'migrate', '--', 'status']);
    expect(await status.end).toBe(0);
    expect(status.stdout).toContain('migration 0001-original-tables: done');
    const psql = newcomer.run('sh', ['-c', "echo 'select count(*) > 100 as many from mobile;' | npm run psql"]);
    expect(await psql.end).toBe(0);
    expect(psql.stdout).toMatch(/many\s+-+\s+t(rue)?\s+\(1 row\)/);
  });

  test('learns what to type when the arguments were wrong', async () => {
    const wrong = newcomer.run('npm', ['run', 'migrate', '--', 'sideways']);
    expect(await wrong.end).toBe(2);
    expect(wrong.stderr).toContain('Usage: npm run migrate -- [up | status | down | distribute]');
  });

  test('packs the domain with npm, licence and all', async () => {
    rmSync(join(newcomer.clone, 'packages/domain/dist'), { recursive: true });
    const pack = newcomer.run('sh', ['-c', 'cd packages/domain && npm pack --dry-run --json']);
    expect(await pack.end, pack.stderr).toBe(0);
    for (const file of ['LICENSE', 'dist/src/index.js', 'dist/testing/index.js'])
      expect(pack.stdout).toContain(`"${file}"`);
  });

  test('learns in one line that a second one cannot start beside it', async () => {
    const second = newcomer.run('npm', ['start'], newcomer.environment({ PORT: String(await freePort()) }));
    expect(await second.end).not.toBe(0);
    expect(`${second.stdout}${second.stderr}`).toMatch(
      /is in use by a running service, process \d+ .*set DATABASE_EMBEDDED_FOLDER/,
    );
    await expect.poll(() => status(`http://127.0.0.1:${port}/healthcheck`)).toBe(200);
  });

  test('stops everything with Ctrl-C, and was shown no colour codes outside a terminal', async () => {
    service.pressCtrlC();
    await service.end;
    expect(newcomer.processes()).toEqual([]);
    expect(service.stdout + service.stderr).not.toContain('\u001B');
  });

  test('is shown the same by npm run dev, and stops it all with Ctrl-C', async () => {
    const dev = newcomer.run('npm', ['run', 'dev'], newcomer.environment({ PORT: port }));
    await dev.says(/Ctrl-C stops everything/);
    expect(dev.stdout).toContain(`http://localhost:${port}/ui/`);
    expect(dev.stdout).toMatch(/Bearer [\w-]+\.[\w-]+\.[\w-]+/);
    const asked = performance.now();
    dev.pressCtrlC();
    await dev.end;
    // Two seconds are promised; the rest is for a busy machine.
    expect(performance.now() - asked).toBeLessThan(15_000);
    expect(newcomer.processes()).toEqual([]);
  });

  test('stops everything with a SIGTERM for npm alone', async () => {
    const started = newcomer.run('npm', ['start'], newcomer.environment({ PORT: port, SHUTDOWN_DELAY: '0' }));
    await started.says(/Ctrl-C stops everything/);
    started.signal('SIGTERM');
    await started.end;
    await expect.poll(() => newcomer.processes()).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'starts again without network, npm or pnpm, finds the data, and ends it by %s',
    async (signal) => {
      const { env, called } = newcomer.offline({ PORT: port, SHUTDOWN_DELAY: '0' });
      const again = newcomer.run('node', ['tooling/launch.mjs', 'start'], env);
      await again.says(/Ctrl-C stops everything/);
      const token = newcomer.run('node', ['tooling/launch.mjs', 'token', '--patient', patient], env);
      expect(await token.end).toBe(0);
      const answer = await fetch(
        `http://127.0.0.1:${port}/dhos/v1/patient/${patient}/blood_glucose_meter/${record['uuid']}`,
        {
          headers: { Authorization: `Bearer ${token.stdout.trim()}` },
        },
      );
      expect(await answer.json()).toEqual(record);
      again.signal(signal);
      expect(await again.end).toBe(0);
      expect(newcomer.processes()).toEqual([]);
      expect(called()).toEqual([]);
    },
  );

  function git(...args: string[]): string {
    return execFileSync('git', ['-C', newcomer.clone, ...args], { encoding: 'utf8' });
  }
});

async function status(url: string): Promise<number> {
  return (await fetch(url)).status;
}
