import { parametersOf } from '../filters/parameters.js';
import type { Download } from '../page.js';
import { READ_FLEET, READ_REPORTS } from '../scopes.js';
import { csvPath, DOWNLOADABLE, type Downloadable } from './csv-path.js';

/** Each report as a file: the API's CSV. */
export const DOWNLOADS: readonly Download[] = (Object.keys(DOWNLOADABLE) as Downloadable[]).map((report) => ({
  path: csvPath(report),
  title: `${DOWNLOADABLE[report]} (CSV)`,
  needs: [READ_REPORTS, READ_FLEET],
  download: async ({ client, query }) => ({
    name: csvPath(report),
    type: 'text/csv; charset=utf-8; header=present',
    body: await client.reportCsv(report, parametersOf(query)),
  }),
}));
