import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';

const entry = new URL('../dist/index.js', import.meta.url).pathname;

async function bundle(format: 'esm' | 'iife'): Promise<string> {
  const built = await rolldown({ input: entry, platform: 'neutral' });
  const { output } = await built.generate({ format, minify: true, name: 'telemetry' });
  expect(output).toHaveLength(1);
  return output[0].code;
}

it('is at most 10 kB, minified and compressed', async () => {
  const bytes = gzipSync(await bundle('esm'), { level: 9 }).length;
  expect(bytes).toBeGreaterThan(2_000);
  expect(bytes).toBeLessThanOrEqual(10_000);
});

describe('on React Native', () => {
  /** What there is beside the language itself. No `crypto`, `DOMException`, `ReadableStream`; signals without `timeout` and `any`. */
  const globals = { Headers, Response, FormData, Blob, URLSearchParams, setTimeout, clearTimeout, console };
  const AbortSignal = { timeout: undefined, any: undefined };
  let run: (script: string, fetch: typeof globalThis.fetch) => Promise<unknown>;

  beforeAll(async () => {
    const code = await bundle('iife');
    run = (script, fetch) =>
      runInContext(
        `${code};(async () => { ${script} })()`,
        createContext({ ...globals, AbortSignal, AbortController, fetch }),
      );
  });

  it('registers with a key of its own, after a lost connection and a late answer', async () => {
    const keys: unknown[] = [];
    const fetch = async (_: unknown, init: RequestInit = {}) => {
      keys.push((init.headers as Record<string, string>)['Idempotency-Key']);
      if (keys.length === 1) throw new TypeError('Network request failed');
      if (keys.length === 2) {
        await new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('Aborted'))));
      }
      return new Response('{"uuid":"one"}', { headers: { 'Content-Type': 'application/json', ETag: '"tag"' } });
    };
    const script = `
      const client = telemetry.createTelemetryClient({ baseUrl: 'https://telemetry.test', token: 't', timeout: 50 });
      const record = await client.registerPatientInstallation('p', {});
      return [record.uuid, telemetry.etagOf(record)].join(' ')`;
    expect(await run(script, fetch as typeof globalThis.fetch)).toBe('one "tag"');
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[a-z\d-]{20,}$/);
  });

  it('ends with the caller’s signal', async () => {
    const script = `
      const client = telemetry.createTelemetryClient({ baseUrl: 'https://telemetry.test' });
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('left the screen')), 20);
      return client.running({ signal: controller.signal }).catch(({ message }) => message)`;
    const fetch = async () => new Response('{}', { status: 503, headers: { 'Retry-After': '20' } });
    expect(await run(script, fetch as typeof globalThis.fetch)).toBe('left the screen');
  });
});
