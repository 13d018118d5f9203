import { createSystemClock } from '@polaris-telemetry/adapters';
import { useCasesOn } from '@polaris-telemetry/domain';
import { inMemoryStore, sequentialIds } from '@polaris-telemetry/domain/testing';
import { describe, expect, it } from 'vitest';
import { createVerifyToken } from '../../src/auth/verify-token.js';
import { clientOf } from '../support/client.js';
import { FakeClock } from '../support/fake-clock.js';
import { kinds, patientInstallations } from '../support/kinds.js';
import { testApp } from '../support/test-app.js';
import { HS_KEY, ISSUER, patientToken } from '../support/tokens.js';

const HOUR = 3_600_000;
const { collection, latest, body, ownerId } = patientInstallations;

/** The application on a clock that jumps: the one that records are dated by, and the one that tokens are judged by. */
function jumpy() {
  const clock = new FakeClock(Date.now());
  const useCases = useCasesOn(inMemoryStore(), {
    clock: createSystemClock(() => clock.wall()),
    ids: sequentialIds(),
  });
  const tokens = { internal: { issuer: ISSUER, key: HS_KEY }, ignoreValidation: false };
  const { app } = testApp({ useCases, verifyToken: createVerifyToken(tokens, undefined, clock) });
  return { clock, call: clientOf(app) };
}

describe("the machine's clock is set", () => {
  it.each([-24 * HOUR, -1, 30 * 60_000])('by %i ms: the latest is still what was used first last', async (jump) => {
    const { clock, call } = jumpy();
    const token = await patientToken(ownerId);
    const post = (day: number) => {
      const date = `2024-05-0${day}T00:00:00Z`;
      return call('POST', collection(ownerId), { token, body: { ...body, date_first_launched: date } });
    };
    await post(1);
    const newest = await post(3);
    clock.jump(jump);
    expect((await post(2)).status).toBe(200);
    expect((await call('GET', latest?.(ownerId) ?? '', { token })).text).toBe(newest.text);
  });

  it.each(kinds)('back: a $name made before can be changed, and says when', async (kind) => {
    const { clock, call } = jumpy();
    const token = await kind.tokenFor(kind.ownerId);
    const made = await call('POST', kind.collection(kind.ownerId), { token, body: kind.body });
    clock.jump(-HOUR);
    const path = `${kind.collection(kind.ownerId)}/${made.json['uuid']}`;
    const changed = await call('PATCH', path, { token, body: { app_version: 'changed' } });
    const modified = new Date(Date.parse(String(made.json['modified'])) - HOUR).toISOString();
    expect(changed.json).toEqual({ ...made.json, app_version: 'changed', modified });
    expect((await call('GET', path, { token })).text).toBe(changed.text);
  });

  it('back and forth: a token that was checked is good as long as it says, and no longer', async () => {
    const { clock, call } = jumpy();
    const token = await patientToken(ownerId);
    const status = async () => (await call('GET', latest?.(ownerId) ?? '', { token })).status;
    expect(await status()).toBe(200);
    clock.jump(-24 * HOUR);
    expect(await status()).toBe(200);
    clock.jump(24.5 * HOUR);
    expect(await status()).toBe(200);
    clock.jump(HOUR);
    expect(await status()).toBe(401);
    clock.jump(-HOUR);
    expect(await status()).toBe(200);
  });
});
