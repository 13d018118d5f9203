import { describe, expect, it } from 'vitest';
import { actor, aMobileInstallation, fixedClock, inMemoryStore, instant, ownerId, text } from '../../testing/index.js';
import { NotFoundError, StaleRecordError } from '../errors.js';
import { updateInstallation } from './update-installation.js';

const now = instant('2023-03-04T05:06:07.089123Z');
const by = actor('clinician-3');
const before = aMobileInstallation();
const fields = { device: { appVersion: text('2.0.0') } };
const after = {
  ...before,
  device: { ...before.device, appVersion: '2.0.0' },
  audit: { ...before.audit, modified: now, modifiedBy: by },
};

async function setUp() {
  const installations = inMemoryStore().patientInstallations;
  await installations.add(before);
  return { installations, update: updateInstallation({ installations, clock: fixedClock(now) }) };
}

describe('updateInstallation', () => {
  it('changes the named field, now and by the actor, and returns the whole installation', async () => {
    const { installations, update } = await setUp();
    expect(await update({ ref: before, fields, actor: by })).toEqual(after);
    expect(await installations.find(before)).toEqual(after);
  });

  it('leaves everything as it was where nothing differs', async () => {
    const { update } = await setUp();
    expect(await update({ ref: before, fields: {}, actor: by })).toEqual(before);
    expect(await update({ ref: before, fields: { device: {} }, actor: by })).toEqual(before);
    const same = { device: { appVersion: before.device.appVersion }, firstUsed: before.firstUsed };
    expect(await update({ ref: before, fields: same, actor: by })).toEqual(before);
  });

  it('finds no installation of another owner', async () => {
    const { installations, update } = await setUp();
    const stranger = update({ ref: { ...before, ownerId: ownerId('another') }, fields, actor: by });
    await expect(stranger).rejects.toBeInstanceOf(NotFoundError);
    expect(await installations.find(before)).toEqual(before);
  });

  it('changes it only if it is still the expected one', async () => {
    const { installations, update } = await setUp();
    expect(await update({ ref: before, fields, actor: by, expected: before })).toEqual(after);
    const late = update({ ref: before, fields: { device: { model: text('X') } }, actor: by, expected: before });
    await expect(late).rejects.toBeInstanceOf(StaleRecordError);
    expect(await installations.find(before)).toEqual(after);
  });
});
