import type { Download } from '../../page.js';
import { EXPORT } from '../../scopes.js';

/** All that is held on one person, for the person. */
export const personalData: Download = {
  path: 'personal-data.json',
  title: 'Personal data',
  needs: [EXPORT],
  // The id is not in the name: it may hold any character, and files wander.
  download: async ({ client, query }) => ({
    name: 'personal-data.json',
    type: 'application/json',
    body: `${JSON.stringify(await client.personalData(query.get('id') ?? ''), null, 2)}\n`,
  }),
};
