import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { idsIn } from '@polaris-telemetry/domain';
import { anAccess } from '@polaris-telemetry/domain/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { operationsOf } from '../src/app.js';
import { testApp } from './support/test-app.js';

const folder = mkdtempSync(join(tmpdir(), 'polaris-openapi-'));
const redocly = fileURLToPath(new URL('../node_modules/@redocly/cli/bin/cli.js', import.meta.url));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly security: readonly unknown[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly example?: unknown }>> }>
  >;
}

async function documentOf(production: boolean) {
  const { app, dependencies } = testApp({ production });
  const document = (await (await app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  return { document, operations: operationsOf(dependencies) };
}

describe.each([false, true])('the OpenAPI document (production: %s)', (production) => {
  it('passes redocly’s recommended rules, but that operations without any client error have none', async () => {
    const { document } = await documentOf(production);
    const file = join(folder, `${production}.json`);
    writeFileSync(file, JSON.stringify(document));
    const args = [redocly, 'lint', '--extends=recommended', '--format=json', file];
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: folder }).catch((error) => error);
    const { totals, problems } = JSON.parse(stdout) as {
      totals: { errors: number };
      problems: { ruleId: string; message: string; location: { pointer: string }[] }[];
    };
    expect(totals.errors, stdout).toBe(0);
    const others = problems.filter(({ ruleId }) => ruleId !== 'operation-4xx-response');
    expect(others).toEqual([]);
    // Every operation that takes anything from the client has such an error.
    const without = problems.map(({ location }) => location[0]?.pointer ?? '');
    expect(without.filter((pointer) => pointer.includes('dhos') || pointer.includes('drop_data'))).toEqual([]);
  });

  it('has every operation, with an example of every body', async () => {
    const { document, operations } = await documentOf(production);
    for (const { method, path, policy } of operations) {
      const operation = document.paths[path]?.[method];
      expect(operation, `${method} ${path}`).toBeDefined();
      expect(operation?.security.length, `${method} ${path}`).toBe(policy.needsToken ? 1 : 0);
      const contents = [operation?.requestBody, ...Object.values(operation?.responses ?? {})].flatMap((body) =>
        Object.values(body?.content ?? {}),
      );
      for (const { example } of contents) expect(example, `${method} ${path}`).toBeDefined();
    }
    expect(Object.keys(document.paths).some((path) => path === '/drop_data' || path === '/debug')).toBe(!production);
  });
});

it('has no parameter whose name the access log takes for the id of a person', async () => {
  const { document } = await documentOf(false);
  const names = Object.values(document.paths)
    .flatMap((path) => Object.values(path))
    .flatMap(({ parameters = [] }) => parameters)
    .filter((parameter) => parameter.in === 'query')
    .map(({ name }) => name);
  expect(names).toContain('page_size');
  const nobody = anAccess({ personId: undefined });
  expect([...new Set(names)].filter((name) => idsIn({ ...nobody, query: name }).includes(name))).toEqual([]);
});
