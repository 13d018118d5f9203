import { Table } from '../../layout/table.js';
import { Count, Text } from '../../layout/text.js';
import { searchLink } from '../../links.js';
import type { Page } from '../../page.js';
import { READ_FLEET, READ_REPORTS } from '../../scopes.js';

/** How many people have which product. */
export const overview: Page = {
  path: '',
  title: 'Overview',
  navigation: 'Overview',
  needs: [READ_FLEET, READ_REPORTS],
  show: async ({ client, may }) => {
    const { results } = await client.productsReport();
    return (
      <Table
        caption="People by product, now"
        empty="Nobody runs anything yet."
        rows={results}
        columns={[
          { head: 'Product', cell: ({ app_product }) => <Text value={app_product} /> },
          { head: 'Who', cell: ({ audience }) => `${audience}s` },
          {
            head: 'People',
            numeric: true,
            cell: ({ people, search }) => (
              <Count value={people} href={may(READ_FLEET) ? searchLink(search) : undefined} />
            ),
          },
        ]}
      />
    );
  },
};
