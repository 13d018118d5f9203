/** `npm run picture`: takes the README's picture of the dashboard, from the sample data of today. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { READ_REPORTS } from '../apps/api/dist/auth/scopes.js';
import { CommandError, runCommand } from './command-line.ts';
import { developmentToken } from './development-token.ts';
import type { Ready } from './welcome.ts';

const usage = `Usage: npm run picture -- [FILE]

  Writes docs/dashboard.png, or FILE: the overview of a service that is started for it, with the people of npm run seed.
  CHROMIUM says where the browser is; default: chromium.`;

const SIZE = '1280,960';
const PEOPLE = 48;

async function main([file = 'docs/dashboard.png']: string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-picture-'));
  // The embedded PostgreSQL may run as another user.
  chmodSync(folder, 0o755);
  const env = { ...process.env, ENVIRONMENT: 'DEVELOPMENT', PORT: '0', DATABASE_EMBEDDED_FOLDER: join(folder, 'data') };
  const service = spawn(process.execPath, ['apps/api/dist/bundle/main.js'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    const [{ port, code }] = (await once(service, 'message')) as [Ready];
    const url = `http://localhost:${port}`;
    execFileSync(process.execPath, ['tooling/seed/main.ts', '--url', url], { env, stdio: 'inherit' });
    await untilCounted(url);
    takePicture(`${url}/dashboard/enter?code=${code}`, resolve(file), folder);
  } finally {
    service.kill('SIGINT');
    await once(service, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reports are up to five seconds behind. */
async function untilCounted(url: string): Promise<void> {
  const token = await developmentToken({ claims: { clinician_id: 'picture' }, scopes: [READ_REPORTS], expires: '5m' });
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const answer = await fetch(`${url}/dhos/v1/telemetry/reports/products`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const { results = [] } = (await answer.json()) as { results?: { people: number }[] };
    if (results.reduce((sum, { people }) => sum + people, 0) === PEOPLE) return;
    await pause(500);
  }
  throw new CommandError('The sample data did not arrive in the reports within 30 seconds.');
}

function takePicture(link: string, file: string, folder: string): void {
  const options = ['--headless', '--no-sandbox', '--hide-scrollbars', '--disable-gpu', `--window-size=${SIZE}`];
  const profile = `--user-data-dir=${join(folder, 'browser')}`;
  const chromium = process.env['CHROMIUM'] ?? 'chromium';
  execFileSync(chromium, [...options, profile, `--screenshot=${file}`, link], { stdio: ['ignore', 'ignore', 'pipe'] });
  console.log(`${file} is written.`);
}

await runCommand(usage, main);
