import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type AppDependencies, createApp } from '../../apps/api/dist/app.js';
import { useCasesOn } from '../../packages/domain/dist/src/index.js';
import { fixedClock, inMemoryStore, instant, sequentialIds } from '../../packages/domain/dist/testing/index.js';

const REDOCLY = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'));
const OPTIONS = ['--output-mode=split', '--runtime=module', '--error-mode=result'];

/** The generated part of the client's package. */
export const GENERATED = fileURLToPath(new URL('../../packages/client/src/generated/', import.meta.url));

/** Writes the operations and types of the OpenAPI document, and their runtime, into that folder. */
export async function generateClient(folder: string): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'polaris-generate-client-'));
  try {
    const document = join(temporary, 'openapi.json');
    await writeFile(document, await openApiDocument());
    await rm(folder, { recursive: true, force: true });
    const args = [REDOCLY, 'generate-client', document, `--output=${join(folder, 'operations.ts')}`, ...OPTIONS];
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    await promisify(execFile)(process.execPath, args, { cwd: temporary, env });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Returns the OpenAPI document of the service as it is in production. */
async function openApiDocument(): Promise<string> {
  const clock = fixedClock(instant('2026-01-31T09:30:00Z'));
  const { version } = createRequire(import.meta.url)('../../apps/api/package.json') as { version: string };
  // No other operation runs here, so what operations need at run time is left out.
  const dependencies: Partial<AppDependencies> = {
    useCases: useCasesOn(inMemoryStore(clock), { clock, ids: sequentialIds() }),
    observer: { ofRoute: () => () => {}, unparsed: () => {}, failed: () => {} },
    version: { version, circle: 'unknown', hash: 'unknown' },
    bodyLimit: 1_048_576,
    production: true,
  };
  const response = await createApp(dependencies as AppDependencies).request('/openapi.json');
  if (!response.ok) throw new Error(`GET /openapi.json: ${response.status}`);
  return response.text();
}
