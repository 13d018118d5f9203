import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, copyFileSync, cpSync, openSync, renameSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTelemetryClient } from '@polaris-telemetry/client';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { patientInstallations } from '../support/kinds.js';
import { RawClient } from '../support/raw-client.js';
import { BUNDLE, remove, Service, temporaryFolder } from '../support/service.js';
import { patientToken } from '../support/tokens.js';

const folder = temporaryFolder();
const database = { DATABASE_EMBEDDED_FOLDER: join(folder, 'data') };

afterEach(() => Service.endAll());
afterAll(() => remove(folder));

describe('SIGTERM', () => {
  it('turns balancers away at once, serves for the delay, finishes, and ends with 0', async () => {
    const service = await new Service({ ...database, SHUTDOWN_DELAY: '5' }).ready();
    const url = await service.url();
    const token = await patientToken('p1');
    const { collection, body } = patientInstallations;
    const post = () =>
      fetch(`${url}${collection('p1')}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await post()).status).toBe(200);
    const idle = new RawClient(await service.port());
    idle.send('GET /running HTTP/1.1\r\nHost: x\r\n\r\n');
    await idle.response();
    const half = new RawClient(await service.port());
    half.send('POST /dhos');
    await sleep(50);

    const asked = performance.now();
    service.kill('SIGTERM');
    await service.says(/"msg":"stopping"/);
    const health = await fetch(`${url}/healthcheck`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({
      status: 'failure',
      results: [{ output: 'the service is stopping' }, {}],
    });
    let served = 0;
    while (performance.now() - asked < 700) {
      const answer = await post();
      expect(answer.status).toBe(200);
      expect(answer.headers.get('connection')).toBe('close');
      served++;
    }
    expect(served).toBeGreaterThan(0);
    await idle.end();
    await half.end().catch(() => {});
    expect(await service.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeGreaterThan(4_900);
    await expect(fetch(`${url}/running`)).rejects.toThrow();
  });

  it.each([
    ['pipe', (log: string) => openSync(log, constants.O_RDWR)],
    ['socket', () => 'pipe' as const],
  ])('ends a service whose log no one reads any more: a %s', async (_, open) => {
    const log = join(folder, 'log');
    execFileSync('mkfifo', ['-m', '600', log]);
    const output = open(log);
    const service = new Service({ ...database, SHUTDOWN_DELAY: '0' }, [], folder, output);
    service.process.stdout?.pause();
    const port = await service.portWhenReady();
    // More lines than a pipe and the buffers of a reader that does not read can hold.
    for (let round = 0; round < 30; round++) {
      const client = new RawClient(port);
      client.send('GET /running HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100));
      for (let answers = 0; answers < 100; answers++) expect((await client.response()).status).toBe(200);
      client.close();
    }
    service.kill('SIGTERM');
    await once(service.process, 'exit');
    expect(service.process.exitCode).toBe(0);
    if (typeof output === 'number') closeSync(output);
    unlinkSync(log);
  });

  it('answers every request that has come in before it, and has stored what it answered and nothing else', async () => {
    const service = await new Service({ ...database, SHUTDOWN_DELAY: '0' }).ready();
    const url = await service.url();
    const token = await patientToken('load');
    const { collection, body } = patientInstallations;
    const acknowledged: string[] = [];
    let signalled = false;
    async function write(): Promise<void> {
      while (!signalled) {
        const response = await fetch(`${url}${collection('load')}`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        }).catch((error: unknown) => {
          // One that was still on its way finds a closed connection.
          if (!signalled) throw error;
        });
        if (response === undefined) return;
        expect(response.status).toBe(200);
        acknowledged.push(((await response.json()) as { uuid: string }).uuid);
      }
    }
    const writers = Array.from({ length: 16 }, write);
    await sleep(500);
    service.kill('SIGTERM');
    signalled = true;
    await Promise.all(writers);
    expect((await service.exit).code).toBe(0);

    const next = await new Service(database).ready();
    const at = await next.url();
    expect(acknowledged.length).toBeGreaterThanOrEqual(16);
    const stored: string[] = [];
    const client = createTelemetryClient({ baseUrl: at, token });
    for await (const { uuid } of client.patientInstallations('load', { pageSize: 100 })) stored.push(uuid);
    expect(stored.toSorted()).toEqual(acknowledged.toSorted());
  });
});

it('SIGINT ends without delay, database and all, and a second start finds the data', async () => {
  const service = await new Service({ ...database, SHUTDOWN_DELAY: '8' }).ready();
  const asked = performance.now();
  service.kill('SIGINT');
  expect(await service.exit).toEqual({ code: 0, signal: null });
  expect(performance.now() - asked).toBeLessThan(8_000);
});

it('a second signal does not wait for the delay', async () => {
  const service = await new Service({ ...database, SHUTDOWN_DELAY: '8' }).ready();
  const asked = performance.now();
  service.kill('SIGTERM');
  await service.says(/"msg":"stopping"/);
  service.kill('SIGTERM');
  await service.exit;
  expect(performance.now() - asked).toBeLessThan(8_000);
});

/** Settings of a service that listens, and waits for its database. */
const noDatabase = {
  ENVIRONMENT: 'PRODUCTION',
  DATABASE_HOST: '127.0.0.1',
  DATABASE_PORT: '9',
  DATABASE_NAME: 'none',
  DATABASE_USER: 'none',
  DATABASE_PASSWORD: 'none',
};

it('loads neither fetch nor HTTP/2, before a request needs them', async () => {
  const printModules = 'process.once("exit", () => console.error(process.moduleLoadList.join("\\n")))';
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(printModules)}`;
  const service = new Service({ ...noDatabase, NODE_OPTIONS });
  const client = new RawClient(await service.port());
  client.send('GET /running HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect((await client.response()).status).toBe(200);
  service.kill('SIGINT');
  await service.exit;
  const loaded = service.stderr.split('\n');
  expect(loaded).toContain('NativeModule http');
  expect(loaded).not.toContain('NativeModule internal/deps/undici/undici');
  expect(loaded).not.toContain('NativeModule http2');
});

it('serves without its files what needs none, says in the log that they are gone, and finds them again', async () => {
  const program = join(folder, 'program');
  cpSync(BUNDLE, program, { recursive: true, filter: (path) => !/[\\/]cache$|\.map$/.test(path) });
  // It looks for its version there.
  copyFileSync(join(BUNDLE, '../../package.json'), join(program, 'package.json'));
  const service = new Service(noDatabase, [], folder, 'pipe', program);
  const url = await service.url();
  const statuses = async () => [
    (await fetch(`${url}/running`)).status,
    (await fetch(`${url}/openapi.json`)).status,
    (await fetch(`${url}/openapi.yaml`)).status,
    (await fetch(`${url}/running`, { method: 'OPTIONS', headers: { 'X-Request-ID': 'lost' } })).status,
  ];
  renameSync(program, `${program}-before`);
  expect(await statuses()).toEqual([200, 200, 500, 500]);
  await service.says(/"level":"ERROR".*"err":\{.*"requestId":"lost","msg":"a request failed"/);
  renameSync(`${program}-before`, program);
  expect(await statuses()).toEqual([200, 200, 200, 204]);
});

it('with several workers, lets one person into the dashboard once, whichever worker is asked', async () => {
  const service = await new Service({ ...database, WORKERS: '2', SHUTDOWN_DELAY: '0' }).ready();
  await service.says(/2 workers serve/);
  const enter = `${await service.url()}/dashboard/enter?code=`;
  // Each on a connection of its own, so that both workers are asked.
  const ask = async (code: string | undefined) =>
    (await fetch(`${enter}${code}`, { redirect: 'manual', headers: { connection: 'close' } })).status;
  for (let wrong = 0; wrong < 4; wrong++) expect(await ask('wrong')).toBe(400);
  const code = await service.code();
  expect(await ask(code)).toBe(303);
  for (let again = 0; again < 4; again++) expect(await ask(code)).toBe(400);
});

describe('a start that cannot be is refused in one line', () => {
  it.each(['1', '2'])('when the port is in use, WORKERS=%s', async (WORKERS) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const service = new Service({ ...database, PORT: String(port), WORKERS });
    expect((await service.exit).code).toBe(1);
    expect(service.stderr).toBe(`Port ${port} is in use: stop what uses it, or set PORT.\n`);
    other.close();
  });

  it('when the address is none, or another machine’s', async () => {
    for (const LISTEN_ADDRESS of ['999.1.1.1', '192.0.2.1']) {
      const service = new Service({ ...database, LISTEN_ADDRESS });
      expect((await service.exit).code).toBe(1);
      expect(service.stderr).toMatch(/^[0-9.]+ is no address.*: set LISTEN_ADDRESS\.\n$/);
    }
  });

  it('when settings are wrong, all of them named', async () => {
    const service = new Service({ PORT: 'x', LOG_LEVEL: 'loud', DATABASE_HOST: 'h', DATABASE_PASSWORD: 'hunter2' });
    expect((await service.exit).code).toBe(1);
    for (const name of ['PORT', 'LOG_LEVEL', 'DATABASE_USER', 'DATABASE_NAME']) expect(service.stderr).toContain(name);
    expect(service.stderr).not.toMatch(/hunter2|at .*\.js/);
  });

  it('when the command is unknown', async () => {
    const service = new Service(database, ['sing']);
    expect((await service.exit).code).toBe(2);
    expect(service.stderr).toMatch(/^There is no command "sing"\.\n\nUsage: /);
  });
});
