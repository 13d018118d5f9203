import { describe, expect, it } from 'vitest';
import { aDesktopInstallation, inMemoryStore, ownerId, recordId } from '../../testing/index.js';
import { NotFoundError } from '../errors.js';
import { getInstallation } from './get-installation.js';

describe('getInstallation', () => {
  const installations = inMemoryStore().clinicianInstallations;
  const get = getInstallation({ installations });
  const installation = aDesktopInstallation();

  it('returns the installation of that owner and id, and finds no other', async () => {
    await installations.add(installation);
    const { id, ownerId: owner } = installation;
    expect(await get({ ownerId: owner, id })).toEqual(installation);
    await expect(get({ ownerId: ownerId('another'), id })).rejects.toBeInstanceOf(NotFoundError);
    await expect(get({ ownerId: owner, id: recordId('another') })).rejects.toBeInstanceOf(NotFoundError);
  });
});
