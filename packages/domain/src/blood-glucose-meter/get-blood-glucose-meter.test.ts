import { expect, it } from 'vitest';
import { aBloodGlucoseMeter, inMemoryStore, meterOwnerId, recordId } from '../../testing/index.js';
import { NotFoundError } from '../errors.js';
import { getBloodGlucoseMeter } from './get-blood-glucose-meter.js';

it('getBloodGlucoseMeter returns the meter of that patient and id, and finds no other', async () => {
  const { meters } = inMemoryStore();
  const get = getBloodGlucoseMeter({ meters });
  const meter = aBloodGlucoseMeter();
  await meters.add(meter);
  const { id, patientId } = meter;
  expect(await get({ ownerId: patientId, id })).toEqual(meter);
  await expect(get({ ownerId: meterOwnerId('another'), id })).rejects.toBeInstanceOf(NotFoundError);
  await expect(get({ ownerId: patientId, id: recordId('another') })).rejects.toBeInstanceOf(NotFoundError);
});
