import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openApiDocument } from './document.ts';

const REDOCLY = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'));
const OPTIONS = ['--output-mode=split', '--runtime=module', '--error-mode=result'];

/** What the package of the client holds of it. */
export const GENERATED = fileURLToPath(new URL('../../packages/client/src/generated/', import.meta.url));

/** Writes the operations and types of the OpenAPI document, and the runtime that carries them out, into that folder. */
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
