import { describe, expect, it } from 'vitest';
import {
  aBloodGlucoseMeter,
  actor,
  fixedClock,
  glucose,
  inMemoryStore,
  instant,
  meterOwnerId,
} from '../../testing/index.js';
import { NotFoundError, StaleRecordError } from '../errors.js';
import { updateBloodGlucoseMeter } from './update-blood-glucose-meter.js';

const now = instant('2023-03-04T05:06:07.089123Z');
const by = actor('patient-1');
const before = aBloodGlucoseMeter();
const ref = { ownerId: before.patientId, id: before.id };
const fields = { isBgValueCorrect: false, bloodGlucoseValue: glucose(7.1) };
const after = { ...before, ...fields, audit: { ...before.audit, modified: now, modifiedBy: by } };

async function setUp() {
  const { meters } = inMemoryStore();
  await meters.add(before);
  return { meters, update: updateBloodGlucoseMeter({ meters, clock: fixedClock(now) }) };
}

describe('updateBloodGlucoseMeter', () => {
  it('changes the named fields, now and by the actor, and returns the whole meter', async () => {
    const { meters, update } = await setUp();
    expect(await update({ ref, fields, actor: by })).toEqual(after);
    expect(await meters.find(ref)).toEqual(after);
  });

  it('can take back what was received about the reading', async () => {
    const { update } = await setUp();
    const taken = { isBgValueCorrect: null, bloodGlucoseValue: null };
    expect(await update({ ref, fields: taken, actor: by })).toMatchObject(taken);
  });

  it('leaves everything as it was where nothing differs', async () => {
    const { update } = await setUp();
    expect(await update({ ref, fields: {}, actor: by })).toEqual(before);
    const { id: _id, patientId: _patientId, audit: _audit, ...same } = before;
    expect(await update({ ref, fields: same, actor: by })).toEqual(before);
  });

  it('finds no meter of another patient', async () => {
    const { update } = await setUp();
    const stranger = update({ ref: { ...ref, ownerId: meterOwnerId('another') }, fields, actor: by });
    await expect(stranger).rejects.toBeInstanceOf(NotFoundError);
  });

  it('changes it only if it is still the expected one', async () => {
    const { meters, update } = await setUp();
    expect(await update({ ref, fields, actor: by, expected: before })).toEqual(after);
    const late = update({ ref, fields: { isBgValueCorrect: true }, actor: by, expected: before });
    await expect(late).rejects.toBeInstanceOf(StaleRecordError);
    expect(await meters.find(ref)).toEqual(after);
  });
});
