import { describe, expect, it } from 'vitest';
import { aMobileInstallation, dateTime, inMemoryStore, ownerId, recordId } from '../../testing/index.js';
import { getLatestInstallation } from './get-latest-installation.js';

describe('getLatestInstallation', () => {
  const owner = ownerId('patient-7');

  it('returns the one with the most recent first use, whatever the order of registering', async () => {
    const installations = inMemoryStore().patientInstallations;
    const dates = ['2022-01-02T00:00:00Z', '2022-01-03T00:00:00+01:00', '2022-01-01T00:00:00Z'];
    const [first, latest, last] = dates.map((date, index) =>
      aMobileInstallation({ id: recordId(`r${index}`), ownerId: owner, firstUsed: dateTime(date) }),
    );
    for (const installation of [first, latest, last]) if (installation) await installations.add(installation);
    expect(await getLatestInstallation({ installations })(owner)).toEqual(latest);
  });

  it('returns undefined for an owner who has none', async () => {
    const installations = inMemoryStore().patientInstallations;
    await installations.add(aMobileInstallation({ ownerId: ownerId('another') }));
    expect(await getLatestInstallation({ installations })(owner)).toBeUndefined();
  });
});
