import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSignIn } from '../../support/dashboard-sign-in.js';
import { remove, Service, temporaryFolder } from '../../support/service.js';
import { HS_KEY, ISSUER, tokenFor } from '../../support/tokens.js';

const SEED = fileURLToPath(new URL('../../../../../tooling/seed/main.ts', import.meta.url));

const ALL_SCOPES = [
  'read:gdm_telemetry_all',
  'read:gdm_telemetry_fleet',
  'read:gdm_telemetry_reports',
  'export:gdm_telemetry_all',
  'erase:gdm_telemetry_all',
].join(' ');

/** The people of `npm run seed`. */
const PEOPLE = 48;

/** The service with the sample data, its dashboard, and a provider to sign in with. */
export async function startDashboard() {
  const folder = temporaryFolder();
  const { url, ...signIn } = await startSignIn('officer', ALL_SCOPES);
  const service = new Service({ DATABASE_EMBEDDED_FOLDER: join(folder, 'data'), ...signIn.env });
  const [[{ code }]] = await Promise.all([once(service.process, 'message'), service.ready()]);
  const env = { ...process.env, ENVIRONMENT: 'TEST', HS_KEY, PROXY_URL: ISSUER.slice(0, -1) };
  execFileSync(process.execPath, [SEED, '--url', url.origin], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  await untilCounted(url);
  return {
    url,
    /** Opens the development door, once. */
    code: String(code),
    async stop() {
      await signIn.stop();
      remove(folder);
    },
  };
}

/** Reports are up to five seconds behind. */
async function untilCounted(url: URL): Promise<void> {
  const token = await tokenFor({ scope: ALL_SCOPES, metadata: { clinician_id: 'seeder' } });
  for (;;) {
    const answer = await fetch(new URL('/dhos/v1/telemetry/reports/products', url), {
      headers: { Authorization: `Bearer ${token}` },
    });
    const { results = [] } = (await answer.json()) as { results?: { people: number }[] };
    if (results.reduce((sum, { people }) => sum + people, 0) === PEOPLE) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
