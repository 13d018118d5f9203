import type { Download } from '../../page.js';
import { EXPORT } from '../../scopes.js';

/** Everything held on one person, as a file for that person. */
export const personalData: Download = {
  path: 'personal-data.json',
  title: 'Personal data',
  needs: [EXPORT],
  // The name leaves out the id: it may hold any character, and files travel.
  download: async ({ client, query }) => ({
    name: 'personal-data.json',
    type: 'application/json',
    body: `${JSON.stringify(await client.personalData(query.get('id') ?? ''), null, 2)}\n`,
  }),
};
