import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout, codeIn, read, tableOf } from '../readme/documents.ts';
import type { Ready } from '../welcome.ts';

const readme = read('README.md');
const guide = read('docs/using-the-api.md');

/** The commands and tables of the README and the guide for clients, against the built service as `npm start` runs it. */
describe('the pages for newcomers', () => {
  let folder: string;
  let service: ChildProcess;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'readme-'));
    chmodSync(folder, 0o755);
    service = spawn(process.execPath, ['apps/api/dist/bundle/main.js'], {
      cwd: checkout,
      env: { ...environment(), PORT: '0', DATABASE_EMBEDDED_FOLDER: join(folder, 'postgres') },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(service, 'exit').then(([code]) => Promise.reject(new Error(`the service ended with ${code}`)));
    const [ready] = await Promise.race([once(service, 'message'), ended]);
    url = `http://localhost:${ready.port}`;
  });

  afterAll(async () => {
    if (service.exitCode === null) {
      service.kill('SIGINT');
      await once(service, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
    expect(service.exitCode).toBe(0);
  });

  /** Runs a shell script of a page from the top of the checkout. Returns what it prints. */
  function shell(script: string): string {
    const { stdout, stderr, status } = spawnSync('sh', ['-eu', '-c', script], {
      cwd: checkout,
      encoding: 'utf8',
      env: environment(),
    });
    expect(status, stderr).toBe(0);
    return stdout;
  }

  const tour = () => block(readme, 'tour').replace('http://localhost:5000', url);
  /** A block of a page as it stands, in the shell in which the tour was pasted. */
  const afterTour = (page: string, name: string) => `{\n${tour()}} >/dev/null\n${block(page, name)}`;

  /** Runs a script with each answer on its own line. Returns the answers. */
  function answersOf(script: string): Record<string, unknown>[] {
    const lines = shell(script.replaceAll('curl -s ', "curl -s -w '\\n' ")).trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  }

  it('has a tour that works when it is pasted', () => {
    expect(block(readme, 'tour')).toContain('URL=http://localhost:5000\n');
    const answers = answersOf(tour());
    const installation = { patient_id: 'patient-1', app_version: '4.1.0', created_by: 'patient-1' };
    expect(answers).toMatchObject([
      { ...installation, date_first_launched: '2026-01-31T09:30:00.000+01:00' },
      installation,
      { ...installation, app_version: '4.2.0', date_first_launched: '2026-03-02T08:15:00.000+01:00' },
      { ...installation, app_version: '4.2.0', phone_os_version: '18.3.1', uuid: answers[2]?.['uuid'] },
      { mobile_id: answers[2]?.['uuid'], blood_glucose_value: 5.6, is_bg_value_correct: true },
      { status: 400, title: 'Bad Request' },
      { ...installation, app_version: '4.2.0', uuid: answers[2]?.['uuid'] },
    ]);
    expect(answers[2]?.['uuid']).not.toBe(answers[0]?.['uuid']);
    const { errors } = answers[5] as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path)).toContain('/app_version');
    expect(errors).toHaveLength(9);
  });

  it('shows how to repeat a request, and how to change without overwriting', () => {
    const repeated = shell(afterTour(guide, 'repeat'));
    const ids = [...repeated.matchAll(/"uuid":"([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toHaveLength(2);
    expect(ids[1]).toBe(ids[0]);
    expect(repeated.match(/^Idempotency-Replayed: true/gm)).toHaveLength(1);
    const changed = shell(afterTour(guide, 'conditional'));
    expect(changed.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 412']);
    expect(changed).toContain('"is_bg_value_correct":true');
  });

  it('shows how to get a report as CSV', async () => {
    // Once there is one.
    await expect
      .poll(() => shell(afterTour(guide, 'report')), { interval: 1_000 })
      .toMatch(/^phone_os,model,people,share,search\r\n/m);
  });

  it('shows support what a person runs, what ran before, and what a record said', () => {
    const answers = answersOf(afterTour(readme, 'support'));
    const newer = { app_version: '4.2.0', phone_os_version: '18.3.1' };
    expect(answers).toMatchObject([
      {
        patient_id: 'patient-1',
        current: [{ app_product: 'GDM', since: '2026-03-02T07:15:00.000Z', installation: newer }],
        installations: { total: 2, results: [newer, { app_version: '4.1.0' }] },
      },
      { results: [newer, { app_version: '4.1.0' }], next_page_token: null },
      {
        results: [
          { revision: 2, by: 'patient-1', changes: [{ field: 'phone_os_version', from: '18.3', to: '18.3.1' }] },
          { revision: 1, changes: [] },
        ],
        complete: true,
      },
    ]);
  });

  it('shows who still runs an old version', async () => {
    const counted = { interval: 1_000 };
    await expect
      .poll(() => answersOf(afterTour(readme, 'fleet')), counted)
      .toMatchObject([
        { results: [{ patient_id: 'patient-1', installations: 2, installation: { app_version: '4.2.0' } }] },
        { people: 1, people_below: 1, share: 1, results: [{ app_version: '4.2.0', people: 1 }] },
      ]);
  });

  it('lists every endpoint of the OpenAPI document, and none that is not there', async () => {
    const endpoints = tableOf(readme, 'A tour of the API').flatMap(([method = '', paths = '']) =>
      codeIn(paths).map((path) => `${method} ${path}`),
    );
    const answer = await fetch(`${url}/openapi.json`);
    const { paths } = (await answer.json()) as { paths: Record<string, Record<string, unknown>> };
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => ['get', 'post', 'patch', 'put', 'delete'].includes(method))
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.length).toBeGreaterThan(14);
    expect(documented.filter((endpoint) => !endpoints.includes(endpoint))).toEqual([]);
    for (const endpoint of endpoints) {
      const [method = '', path = ''] = endpoint.split(' ');
      const { status } = await fetch(`${url}${path.replaceAll(/\{\w+\}/g, 'x')}`, { method });
      expect([200, 401], endpoint).toContain(status);
    }
  });

  it('shows what the start says', () => {
    const shown = /```\n(Polaris Telemetry is running\..*?)```/s.exec(readme)?.[1] ?? '';
    const ready: Ready = { port: 5000, dataFolder: '/home/you/telemetry/.data/postgres', code: 'code' };
    const welcome = spawnSync(process.execPath, ['tooling/welcome.ts', JSON.stringify(ready)], {
      cwd: checkout,
      encoding: 'utf8',
      env: environment(),
    }).stdout;
    const pieces = shown
      .split(/…|\n/)
      .map((piece) => piece.trim())
      .filter(Boolean);
    expect(pieces.length).toBeGreaterThan(6);
    for (const piece of pieces) expect(welcome).toContain(piece);
  });
});

/** The shell block of a page that has this name. */
function block(page: string, name: string): string {
  const script = new RegExp(`^\`\`\`sh name=${name}\\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1];
  if (script === undefined) throw new Error(`there is no block ${name}`);
  return script;
}

/** Of a newcomer: no setting of the service's own, but the one that `npm start` sets. */
function environment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  return { ...Object.fromEntries(kept), ENVIRONMENT: 'DEVELOPMENT' };
}
