import type { Erasure } from '@polaris-telemetry/client';
import { Moment, Text } from '../../layout/text.js';
import { linkTo } from '../../links.js';
import type { Download, Page, Visit } from '../../page.js';
import { ERASE } from '../../scopes.js';
import { CountsTable } from './counts-table.js';

/** The proof of an erasure. */
export const receipt: Page = {
  path: 'receipt',
  title: 'Receipt of an erasure',
  needs: [ERASE],
  show: async (visit) => {
    const { id, at, by, counts, subject } = await readReceipt(visit);
    return (
      <>
        <p class="finding">
          A person was erased on <Moment at={at} />.
        </p>
        <CountsTable caption="What was destroyed" counts={counts} />
        <dl>
          <dt>Receipt</dt>
          <dd>
            <code>{id}</code>
          </dd>
          <dt>Erased by</dt>
          <dd>
            <Text value={by} />
          </dd>
          <dt>Subject</dt>
          <dd>
            <code>{subject}</code>
          </dd>
        </dl>
        <p class="muted">
          The person’s id is not in the receipt. The subject is a digest of it under a key that only the database has,
          and is the same for each erasure of one person.
        </p>
        <p class="buttons">
          <a class="button" href={linkTo('receipt.json', { id })} download>
            Download the receipt (JSON)
          </a>
          <a href={linkTo('receipts')}>All receipts</a>
        </p>
      </>
    );
  },
};

/** The API's receipt as a file. */
export const receiptFile: Download = {
  path: 'receipt.json',
  title: receipt.title,
  needs: receipt.needs,
  download: async (visit) => {
    const erasure = await readReceipt(visit);
    return {
      name: `receipt-${erasure.id}.json`,
      type: 'application/json',
      body: `${JSON.stringify(erasure, null, 2)}\n`,
    };
  },
};

function readReceipt({ client, query }: Visit): Promise<Erasure> {
  return client.erasure(query.get('id') ?? '');
}
