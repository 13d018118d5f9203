import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patientInstallations } from '../../apps/api/test/support/kinds.js';
import { remove, Service, temporaryFolder } from '../../apps/api/test/support/service.js';
import { patientToken, tokenFor } from '../../apps/api/test/support/tokens.js';
import { type Consumer, createConsumer } from './consumer.ts';
import { type Packed, pack } from './packed.ts';

/** Does what the README's three people do, one after another. */
const MAIN = `
import { createTelemetryClient } from '@polaris-telemetry/client';
import { correct } from './correct.js';
import { outdated } from './outdated.js';
import { register } from './register.js';

export async function main(url: string, token: string, staffToken: string, patientId: string): Promise<string[]> {
  const registered = await register(url, token, patientId);
  const latest = await createTelemetryClient({ baseUrl: url, token }).latestPatientInstallation(patientId);
  const corrected = await correct(url, token, patientId, latest?.uuid ?? '');
  let old: string[] = [];
  // A search is some seconds behind the records.
  while (old.length === 0) old = await outdated(url, async () => staffToken);
  return [registered, corrected, ...old];
}
`;
const RUN = `import { main } from './main.js';
console.log((await main(...process.argv.slice(2))).join('\\n'));
`;

describe('the examples of the client’s README', () => {
  const folder = temporaryFolder();
  let packed: Packed;
  let consumer: Consumer;
  let url: string;

  beforeAll(async () => {
    const service = new Service({ DATABASE_EMBEDDED_FOLDER: join(folder, 'data') });
    packed = await pack('packages/client');
    consumer = await createConsumer(packed, { 'main.ts': MAIN });
    url = await (await service.ready()).url();
    await fetch(`${url}${patientInstallations.collection('old')}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await patientToken('old')}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...patientInstallations.body, app_version: '4.1.0' }),
    });
  });
  afterAll(async () => {
    await Service.endAll();
    await packed?.remove();
    remove(folder);
  });

  it.each([
    ['typescript', 'nodenext', 'node'],
    ['typescript-6', 'bundler', 'browser'],
    ['typescript-5.5', 'nodenext', 'browser'],
    ['typescript-5.5', 'bundler', 'browser'],
  ] as const)(
    'compile in a project of its own, and do what they say: %s, %s, %s',
    async (compiler, resolution, platform) => {
      const output = await consumer.compile({ compiler, resolution, platform });
      await consumer.write(`${output}/run.js`, RUN);
      const patientId = `${compiler} ${resolution}`;
      const staff = { scope: 'read:gdm_telemetry_fleet', metadata: { clinician_id: 'support' } };
      const tokens = [await patientToken(patientId), await tokenFor(staff)];
      const [registered, corrected, ...old] = (await consumer.run(`${output}/run.js`, url, ...tokens, patientId)).split(
        '\n',
      );
      expect(await readFile(join(packed.source, 'README.md'), 'utf8')).toContain(`It returns \`${registered}\``);
      expect([corrected, ...old]).toEqual(['now 18.3.1', 'old: 4.1.0', '']);
    },
  );
});
