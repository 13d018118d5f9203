import { describe, expect, it } from 'vitest';
import {
  aBloodGlucoseMeter,
  actor,
  fixedClock,
  inMemoryStore,
  instant,
  meterOwnerId,
  sequentialIds,
  valid,
} from '../../testing/index.js';
import { RetryConflictError, RetryInProgressError } from '../errors.js';
import { parseRetryKey } from '../records/retry.js';
import { registerBloodGlucoseMeter } from './register-blood-glucose-meter.js';

const now = instant('2022-03-04T05:06:07.089123Z');
const { id: _id, patientId: _patientId, audit: _audit, ...details } = aBloodGlucoseMeter();
const request = { patientId: meterOwnerId('patient-7'), details, actor: actor('device-9') };
const retry = { key: valid(parseRetryKey('k')), fingerprint: 'f' };

function setUp() {
  const { meters } = inMemoryStore();
  return { meters, register: registerBloodGlucoseMeter({ meters, clock: fixedClock(now), ids: sequentialIds() }) };
}

describe('registerBloodGlucoseMeter', () => {
  it('stores what it received under a new id, created now by the actor', async () => {
    const { meters, register } = setUp();
    const { record, replayed } = await register(request);
    expect(replayed).toBe(false);
    expect(record).toEqual({
      ...details,
      id: '00000000-0000-4000-8000-000000000001',
      patientId: 'patient-7',
      audit: { created: now, createdBy: 'device-9', modified: now, modifiedBy: 'device-9' },
    });
    expect(await meters.find({ ownerId: record.patientId, id: record.id })).toEqual(record);
  });

  it('takes id, patient and audit from nowhere else, whatever the details hold besides', async () => {
    const { register } = setUp();
    const { record } = await register({ ...request, details: aBloodGlucoseMeter() });
    expect(record).toMatchObject({
      id: '00000000-0000-4000-8000-000000000001',
      patientId: 'patient-7',
      audit: { created: now, createdBy: 'device-9' },
    });
  });

  it('stores the same request twice as two records', async () => {
    const { register } = setUp();
    const [first, second] = [await register(request), await register(request)];
    expect(second.record).toEqual({ ...first.record, id: '00000000-0000-4000-8000-000000000002' });
  });

  it('answers a repetition with the first record, and refuses the key of another request', async () => {
    const { register } = setUp();
    const first = await register({ ...request, retry });
    expect(await register({ ...request, retry })).toEqual({ record: first.record, replayed: true });
    const other = register({ ...request, retry: { ...retry, fingerprint: 'g' } });
    await expect(other).rejects.toBeInstanceOf(RetryConflictError);
  });

  it('refuses a repetition whose first request has not ended', async () => {
    const { meters } = setUp();
    const busy = { ...meters, add: async () => ({ outcome: 'in-progress' as const }) };
    const register = registerBloodGlucoseMeter({ meters: busy, clock: fixedClock(now), ids: sequentialIds() });
    await expect(register({ ...request, retry })).rejects.toBeInstanceOf(RetryInProgressError);
  });
});
