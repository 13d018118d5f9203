import type { PersonCounts } from '@polaris-telemetry/client';
import { PageLinks } from '../../layout/page-links.js';
import { Table } from '../../layout/table.js';
import { Moment, Text } from '../../layout/text.js';
import { linkTo } from '../../links.js';
import type { Page } from '../../page.js';
import { ERASE } from '../../scopes.js';
import { numberText } from '../../words/numbers.js';
import { ErasureStart } from './erasure-start.js';

/** The start of an erasure, and the receipts of all earlier ones. */
export const receipts: Page = {
  path: 'receipts',
  title: 'Erasures',
  navigation: 'Erasures',
  needs: [ERASE],
  show: async ({ client, query }) => {
    const found = await client.erasures().page(query.get('page_token') ?? undefined);
    return (
      <>
        <ErasureStart />
        <Table
          caption="Receipts of all erasures, most recent first"
          empty="No one has been erased."
          rows={found.results}
          columns={[
            {
              head: 'When',
              cell: ({ id, at }) => (
                <a href={linkTo('receipt', { id })}>
                  <Moment at={at} />
                </a>
              ),
            },
            { head: 'By', cell: ({ by }) => <Text value={by} /> },
            { head: 'Records', numeric: true, cell: ({ counts }) => numberText(recordsOf(counts)) },
            { head: 'Subject', cell: ({ subject }) => <code>{subject}</code> },
          ]}
        />
        <PageLinks path="receipts" query={query} next={found.next_page_token} />
      </>
    );
  },
};

function recordsOf({ patient_installations, clinician_installations, blood_glucose_meters }: PersonCounts): number {
  return patient_installations + clinician_installations + blood_glucose_meters;
}
