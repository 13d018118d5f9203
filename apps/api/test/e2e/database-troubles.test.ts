import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbedded } from '@polaris-telemetry/adapters/embedded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseEnv } from '../support/database-env.js';
import { patientInstallations } from '../support/kinds.js';
import { proxyTo } from '../support/proxy.js';
import { remove, Service, temporaryFolder } from '../support/service.js';
import { patientToken } from '../support/tokens.js';

const folder = temporaryFolder();
const dataFolder = join(folder, 'data');
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  postgres = await startEmbedded({ dataFolder });
});
afterAll(async () => {
  await Service.endAll();
  await postgres.stop();
  remove(folder);
});

function settings(port = postgres.settings.port): Record<string, string> {
  return { ...databaseEnv({ ...postgres.settings, port }), SHUTDOWN_DELAY: '0' };
}

/** The status, whether it says when to come again, and the milliseconds it took. */
async function ask(url: string, path: string, init: RequestInit = {}) {
  const asked = performance.now();
  const response = await fetch(`${url}${path}`, init);
  const text = await response.text();
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    text,
    took: performance.now() - asked,
  };
}

async function post(url: string) {
  const { collection, body } = patientInstallations;
  return ask(url, collection('p1'), {
    method: 'POST',
    headers: { Authorization: `Bearer ${await patientToken('p1')}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function until(condition: () => Promise<boolean>, milliseconds: number): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('it did not come about in time');
    await sleep(50);
  }
}

describe('migrating by hand', () => {
  it('goes up, down and tells how far it is', async () => {
    const run = async (...args: string[]) => {
      const command = new Service(settings(), ['migrate', ...args]);
      const { code } = await command.exit;
      return { code, stdout: command.stdout, stderr: command.stderr };
    };
    expect(await run('status')).toMatchObject({ code: 0, stdout: expect.stringMatching(/pending/) });
    const behind = new Service({ ...settings(), MIGRATE_ON_START: 'false' });
    const url = await behind.url();
    await behind.says(/schema is behind/);
    const health = await ask(url, '/healthcheck');
    expect(health.status).toBe(503);
    expect(health.text).toMatch(/schema is behind.*migrate/);
    expect(await run()).toMatchObject({ code: 0, stdout: expect.stringMatching(/index .* built(.|\n)*up to date/) });
    // What waited for the schema serves now, without a restart.
    await behind.ready();
    expect((await post(url)).status).toBe(200);
    behind.kill('SIGINT');
    await behind.exit;
    expect((await run('status')).stdout).not.toMatch(/pending|missing/);
    expect((await run('down')).code).toBe(0);
    expect((await run('status')).stdout).toMatch(/pending/);
    expect((await run('sideways')).code).toBe(2);
  });
});

describe('without a database at start', () => {
  it('it lives, says so, waits, and serves when the database comes', async () => {
    // A port that answers nothing until a proxy to the real server listens there.
    const { proxy, port } = await proxyTo(postgres.settings.port);
    const service = new Service(settings(port));
    const url = await service.url();
    expect((await ask(url, '/running')).status).toBe(200);
    const health = await ask(url, '/healthcheck');
    expect(health.status).toBe(503);
    expect(health.took).toBeLessThan(2_000);
    await service.says(/waiting for the database/);
    const refused = await post(url);
    expect(refused).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(refused.took).toBeGreaterThan(3_000);
    expect(refused.took).toBeLessThan(5_000);
    expect(service.stdout).not.toContain(postgres.settings.password);

    const waiting = post(url);
    await sleep(500);
    await proxy.open();
    await service.ready();
    expect((await waiting).status).toBe(200);
    await until(async () => (await ask(url, '/healthcheck')).status === 200, 3_000);
    service.kill('SIGINT');
    await service.exit;
    proxy.close();
  });
});

describe('a database that stops answering', () => {
  it('does not hang the service, which tells the truth and recovers by itself', async () => {
    const { proxy, port } = await proxyTo(postgres.settings.port);
    await proxy.open();
    const service = await new Service(settings(port)).ready();
    const url = await service.url();
    expect((await post(url)).status).toBe(200);
    proxy.freeze();
    const answers = await Promise.all([post(url), post(url), ask(url, '/running')]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 200]);
    for (const { took } of answers) expect(took).toBeLessThan(5_000);
    const health = await ask(url, '/healthcheck');
    expect(health).toMatchObject({ status: 503 });
    expect(health.took).toBeLessThan(2_000);
    proxy.thaw();
    await until(async () => (await post(url)).status === 200, 5_000);
    await until(async () => (await ask(url, '/healthcheck')).status === 200, 3_000);
    service.kill('SIGTERM');
    expect((await service.exit).code).toBe(0);
    proxy.close();
  });

  it('does not hold up the end', async () => {
    const { proxy, port } = await proxyTo(postgres.settings.port);
    await proxy.open();
    const service = await new Service(settings(port)).ready();
    const url = await service.url();
    await post(url);
    proxy.freeze();
    const held = post(url);
    await sleep(100);
    const asked = performance.now();
    service.kill('SIGTERM');
    expect((await held).status).toBe(503);
    expect((await service.exit).code).toBe(0);
    expect(performance.now() - asked).toBeLessThan(10_000);
    proxy.close();
  });
});
