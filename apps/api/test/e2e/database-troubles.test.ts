import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbedded } from '@polaris-telemetry/adapters/embedded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSql } from '../../../../packages/adapters/test/support/sql.js';
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

/** Every request is answered within so many milliseconds: 5 s are promised, the rest is for a busy machine. */
const IN_TIME = 10_000;
/** The health check within so many: 2 s are promised. A request that only waits takes longer. */
const CHECKED = 3_000;

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

describe('migrating by hand', () => {
  it('goes up, down and reports its progress', async () => {
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
    const refused = { code: 1, stdout: '', stderr: expect.stringMatching(/^the database has no Citus: [^\n]*\n$/) };
    expect(await run('distribute')).toEqual(refused);
    expect(await run('down')).toMatchObject({ code: 1, stderr: expect.stringMatching(/--drop-all-records/) });
    expect((await run('down', '--drop-all-records')).code).toBe(0);
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
    expect(health.took).toBeLessThan(CHECKED);
    await service.says(/waiting for the database/);
    const refused = await post(url);
    expect(refused).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(refused.took).toBeGreaterThan(3_000);
    expect(refused.took).toBeLessThan(IN_TIME);
    expect(service.stdout).not.toContain(postgres.settings.password);

    const waiting = post(url);
    await sleep(500);
    await proxy.open();
    await service.ready();
    expect((await waiting).status).toBe(200);
    await expect.poll(async () => (await ask(url, '/healthcheck')).status).toBe(200);
    service.kill('SIGINT');
    await service.exit;
    proxy.close();
  });
});

describe('a database that cannot be used', () => {
  const PASSWORD = 'hunter2-hunter2';
  it.each<[string, Record<string, string>, RegExp]>([
    ['a wrong password', { DATABASE_PASSWORD: PASSWORD }, /wrong password.*DATABASE_PASSWORD.*28P01/],
    ['no password', { DATABASE_PASSWORD: '' }, /wants a password.*DATABASE_PASSWORD/],
    ['another name', { DATABASE_NAME: 'nowhere' }, /no such database.*DATABASE_NAME.*3D000/],
    ['another port', { DATABASE_PORT: '1' }, /nothing listens there.*DATABASE_PORT.*ECONNREFUSED/],
    ['no TLS', { PGSSLMODE: 'require' }, /TLS.*PGSSLMODE/],
  ])('for %s: the service waits and says why, a command says it in one line', async (_, env, reason) => {
    const service = new Service({ ...settings(), ...env });
    const command = new Service({ ...settings(), ...env }, ['migrate', 'status']);
    expect((await command.exit).code).toBe(1);
    expect(command.stderr).toMatch(reason);
    expect(command.stderr).toMatch(/^The database cannot be used: [^\n]*\n$/);
    await service.says(/waiting for the database/);
    const { status, text } = await ask(await service.url(), '/healthcheck');
    expect(status).toBe(503);
    expect(text).toMatch(reason);
    for (const said of [text, command.stderr, service.stdout]) {
      expect(said).not.toContain(PASSWORD);
      expect(said).not.toContain(postgres.settings.password);
    }
    expect(text).not.toContain(postgres.settings.host);
    service.kill('SIGINT');
    await service.exit;
  });

  it('for want of root certificates: both say so in one line, and end', async () => {
    const env = { ...settings(), PGSSLMODE: 'verify-full' };
    for (const args of [[], ['migrate', 'status']]) {
      const process = new Service(env, args);
      expect((await process.exit).code).toBe(1);
      expect(process.stderr).toMatch(
        /^(The database.*: )?PGSSLMODE=verify-full needs root certificates, .*PGSSLROOTCERT\.?\n$/,
      );
    }
  });

  it('for its encoding: the service refuses it in one line, no matter which command migrates', async () => {
    await runSql(postgres.settings, `create database latin encoding 'LATIN1' locale 'C' template template0`);
    for (const MIGRATE_ON_START of ['true', 'false']) {
      const service = new Service({ ...settings(), DATABASE_NAME: 'latin', MIGRATE_ON_START });
      expect((await service.exit).code).toBe(1);
      expect(service.stderr).toMatch(/^the database's encoding is LATIN1, .*UTF8.*\n$/);
    }
  });
});

describe('a database that stops answering', () => {
  it('does not hang the service, which reports the truth and recovers by itself', async () => {
    const { proxy, port } = await proxyTo(postgres.settings.port);
    await proxy.open();
    const service = await new Service(settings(port)).ready();
    const url = await service.url();
    expect((await post(url)).status).toBe(200);
    proxy.freeze();
    const answers = await Promise.all([post(url), post(url), ask(url, '/running')]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 200]);
    for (const { took } of answers) expect(took).toBeLessThan(IN_TIME);
    const health = await ask(url, '/healthcheck');
    expect(health).toMatchObject({ status: 503 });
    expect(health.took).toBeLessThan(CHECKED);
    proxy.thaw();
    await expect.poll(async () => (await post(url)).status).toBe(200);
    await expect.poll(async () => (await ask(url, '/healthcheck')).status).toBe(200);
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
