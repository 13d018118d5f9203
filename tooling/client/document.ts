import { createRequire } from 'node:module';
import { type AppDependencies, createApp } from '../../apps/api/dist/app.js';
import { useCasesOn } from '../../packages/domain/dist/src/index.js';
import { fixedClock, inMemoryStore, instant, sequentialIds } from '../../packages/domain/dist/testing/index.js';

/** Returns the OpenAPI document of the service as it is in production. */
export async function openApiDocument(): Promise<string> {
  const clock = fixedClock(instant('2026-01-31T09:30:00Z'));
  const { version } = createRequire(import.meta.url)('../../apps/api/package.json') as { version: string };
  // No other operation runs here, so everything an operation needs while it runs is left out.
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
