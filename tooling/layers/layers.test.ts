import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Breach, cruise } from './cruise.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** One breach of every rule: the file that is planted, and what it imports. */
const breaches = [
  ['domain-knows-only-itself', 'packages/domain/src/planted-package.ts', 'kysely'],
  ['domain-knows-only-itself', 'packages/domain/src/planted-node.ts', 'node:crypto'],
  ['domain-knows-only-itself', 'packages/domain/src/planted-layer.ts', '../../adapters/src/system-clock.js'],
  ['testing-knows-only-the-domain', 'packages/domain/testing/planted-runner.ts', 'vitest'],
  ['adapters-know-domain-kysely-pg-node', 'packages/adapters/src/planted-package.ts', 'hono'],
  [
    'fleet-reads-and-writes-apart',
    'packages/adapters/src/postgres/fleet/queries/planted-fold.ts',
    '../fold/fold-step.js',
  ],
  [
    'fleet-reads-and-writes-apart',
    'packages/adapters/src/postgres/fleet/fold/planted-check.ts',
    '../check/check-fleet.js',
  ],
  ['adapters-are-plugged-in-one-place', 'apps/api/src/planted-adapter.ts', '@polaris-telemetry/adapters'],
  ['client-knows-only-itself', 'packages/client/src/planted-node.ts', 'node:crypto'],
  ['client-knows-only-itself', 'packages/client/src/planted-layer.ts', '../../domain/src/index.js'],
  ['service-never-knows-its-client', 'apps/api/src/planted-client.ts', '@polaris-telemetry/client'],
  ['dashboard-knows-only-the-client', 'apps/dashboard/src/planted-layer.ts', '../../api/src/http/problem.js'],
  [
    'dashboard-knows-only-the-client',
    'apps/dashboard/src/pages/planted-page.tsx',
    '../../../../packages/domain/src/index.js',
  ],
  ['dashboard-pages-know-no-session', 'apps/dashboard/src/pages/planted-session.tsx', '../sign-in/session.js'],
  ['dashboard-pages-know-no-session', 'apps/dashboard/src/filters/planted-frame.ts', '../http/secured.js'],
  ['dashboard-from-the-composition-root', 'apps/api/src/routes/planted-dashboard.ts', '@polaris-telemetry/dashboard'],
  ['container-library-in-one-file', 'apps/api/src/planted-container.ts', 'tsyringe'],
  ['container-library-in-one-file', 'apps/api/src/planted-reflect.ts', 'reflect-metadata'],
  ['embedded-from-the-composition-root', 'apps/api/src/planted-embedded.ts', '@polaris-telemetry/adapters/embedded'],
  ['opentelemetry-in-one-folder', 'apps/api/src/planted-opentelemetry.ts', '@opentelemetry/api'],
  ['telemetry-on-demand', 'apps/api/src/planted-telemetry.ts', './observability/otlp/start.js'],
  ['no-test-code-in-production', 'apps/api/src/planted-double.ts', '@polaris-telemetry/domain/testing'],
  ['no-test-code-in-production', 'packages/adapters/src/planted-double.ts', '@polaris-telemetry/domain/testing'],
  ['no-test-code-in-production', 'packages/domain/src/planted-test.ts', './planted.test.js'],
  ['room-http', 'apps/api/src/http/planted-room.ts', '../pipeline/operation.js'],
  ['room-config', 'apps/api/src/config/planted-room.ts', '../http/problem.js'],
  ['room-wire', 'apps/api/src/wire/planted-room.ts', '../http/problem.js'],
  ['room-auth', 'apps/api/src/auth/planted-room.ts', '../http/problem.js'],
  ['room-pipeline', 'apps/api/src/pipeline/planted-room.ts', '../routes/record-operations.js'],
  ['room-openapi', 'apps/api/src/openapi/planted-room.ts', '../routes/record-operations.js'],
  ['room-routes', 'apps/api/src/routes/planted-room.ts', '../server/server.js'],
  ['room-routes', 'apps/api/src/routes/planted-process.ts', '../process/run.js'],
  ['room-server', 'apps/api/src/server/planted-room.ts', '../pipeline/operation.js'],
  ['room-observability', 'apps/api/src/observability/planted-room.ts', '../routes/record-operations.js'],
  ['routes-meet-in-the-app', 'apps/api/src/routes/planted-route.ts', './system.js'],
  ['packages-never-import-apps', 'packages/adapters/src/planted-app.ts', '../../../apps/api/src/planted-adapter.js'],
  ['no-unresolvable', 'apps/api/src/planted-typo.ts', './there-is-no-such-file.js'],
] as const;

test('every room of the API has a rule, but the one that knows all of them', () => {
  const folders = readdirSync(join(checkout, 'apps/api/src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const planted = breaches.flatMap(([rule]) => (rule.startsWith('room-') ? [rule.slice(5)] : []));
  expect([...new Set([...planted, 'process'])].sort()).toEqual(folders.map(({ name }) => name).sort());
});

describe.each([
  {
    kind: 'value',
    importing: (target: string) => `import * as planted from '${target}';\nexport const use = planted;\n`,
    container: `export * from '@polaris-telemetry/adapters/embedded';\n`,
    containerBreaks: ['embedded-on-demand'],
  },
  {
    kind: 'type-only',
    importing: (target: string) => `import type * as planted from '${target}';\nexport type Use = typeof planted;\n`,
    container: `export const load = () => import('@polaris-telemetry/adapters/embedded');\n`,
    containerBreaks: [],
  },
])('a forbidden $kind import is found', ({ importing, container, containerBreaks }) => {
  let found: readonly Breach[] = [];
  let copy = '';

  beforeAll(() => {
    copy = copyOfTheLayers();
    for (const [, file, target] of breaches) writeFileSync(join(copy, file), importing(target));
    writeFileSync(join(copy, 'packages/domain/src/planted.test.ts'), 'export const planted = 1;\n');
    writeFileSync(join(copy, 'apps/api/src/planted-cycle-a.ts'), importing('./planted-cycle-b.js'));
    writeFileSync(join(copy, 'apps/api/src/planted-cycle-b.ts'), importing('./planted-cycle-a.js'));
    writeFileSync(join(copy, 'apps/api/src/container.ts'), container);
    found = cruise(copy).breaches;
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test.each(breaches)('%s: %s -> %s', (rule, file) => {
    expect(found.filter(({ from }) => from === file).map((breach) => breach.rule)).toContain(rule);
  });

  test('embedded-on-demand: the composition root may import it dynamically only', () => {
    const broken = found.filter(({ from }) => from === 'apps/api/src/container.ts').map(({ rule }) => rule);
    expect(broken).toEqual(containerBreaks);
  });

  test('no-cycles: two files that import each other', () => {
    // Which of the two is reported is the tool's choice.
    const cycle = expect.stringMatching(/planted-cycle-[ab]\.ts$/);
    expect(found).toContainEqual({ rule: 'no-cycles', from: cycle, to: cycle });
  });
});

/** A copy of the layers within reach of their dependencies, free to be broken. */
function copyOfTheLayers(): string {
  const copy = mkdtempSync(join(tmpdir(), 'layers-'));
  symlinkSync(join(checkout, 'node_modules'), join(copy, 'node_modules'));
  // Without their tests, which take long to read and do not matter here.
  const filter = (path: string) => !/(\/test|\.test\.ts|\.data|\.turbo)$/.test(path);
  for (const layer of ['packages', 'apps']) {
    cpSync(join(checkout, layer), join(copy, layer), { recursive: true, verbatimSymlinks: true, filter });
  }
  return copy;
}
