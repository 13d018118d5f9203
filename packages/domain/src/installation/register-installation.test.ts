import { describe, expect, it } from 'vitest';
import {
  actor,
  aMobileInstallation,
  fixedClock,
  inMemoryStore,
  instant,
  ownerId,
  sequentialIds,
  valid,
} from '../../testing/index.js';
import { RetryConflictError, RetryInProgressError } from '../errors.js';
import { parseRetryKey } from '../records/retry.js';
import { registerInstallation } from './register-installation.js';

const now = instant('2022-03-04T05:06:07.089123Z');
const { device, firstUsed } = aMobileInstallation();
const request = { ownerId: ownerId('patient-7'), details: { device, firstUsed }, actor: actor('device-9') };
const retry = { key: valid(parseRetryKey('k')), fingerprint: 'f' };

function setUp() {
  const installations = inMemoryStore().patientInstallations;
  const clock = fixedClock(now);
  return { installations, clock, register: registerInstallation({ installations, clock, ids: sequentialIds() }) };
}

describe('registerInstallation', () => {
  it('stores what it received under a new id, created now by the actor', async () => {
    const { installations, register } = setUp();
    const { record, replayed } = await register(request);
    expect(replayed).toBe(false);
    expect(record).toEqual({
      id: '00000000-0000-4000-8000-000000000001',
      ownerId: 'patient-7',
      device,
      firstUsed,
      audit: { created: now, createdBy: 'device-9', modified: now, modifiedBy: 'device-9' },
    });
    expect(await installations.find(record)).toEqual(record);
  });

  it('stores the same request twice as two records, even at the same instant', async () => {
    const { installations, register } = setUp();
    const [first, second] = [await register(request), await register(request)];
    expect(second.record).toEqual({ ...first.record, id: '00000000-0000-4000-8000-000000000002' });
    expect(await installations.find(first.record)).toEqual(first.record);
    expect(await installations.find(second.record)).toEqual(second.record);
  });

  it('stores nothing of the details but the device and the date', async () => {
    const { register } = setUp();
    const details = { device, firstUsed, id: 'mine', ownerId: 'another', audit: 'none' };
    const { record } = await register({ ...request, details });
    expect(Object.keys(record).sort()).toEqual(['audit', 'device', 'firstUsed', 'id', 'ownerId']);
    expect(record).toMatchObject({ id: '00000000-0000-4000-8000-000000000001', ownerId: 'patient-7' });
  });

  it('answers a repetition with the first record, and says so', async () => {
    const { clock, register } = setUp();
    const first = await register({ ...request, retry });
    clock.set(instant('2022-03-04T06:00:00Z'));
    const again = await register({ ...request, retry, actor: actor('device-10') });
    expect(first.replayed).toBe(false);
    expect(again).toEqual({ record: first.record, replayed: true });
  });

  it('refuses a retry key of another request', async () => {
    const { register } = setUp();
    await register({ ...request, retry });
    const other = register({ ...request, retry: { ...retry, fingerprint: 'g' } });
    await expect(other).rejects.toBeInstanceOf(RetryConflictError);
  });

  it('refuses a repetition whose first request has not ended', async () => {
    const { installations } = setUp();
    const busy = { ...installations, add: async () => ({ outcome: 'in-progress' as const }) };
    const register = registerInstallation({ installations: busy, clock: fixedClock(now), ids: sequentialIds() });
    await expect(register({ ...request, retry })).rejects.toBeInstanceOf(RetryInProgressError);
  });
});
