import { Table } from '../../layout/table.js';
import { Moment, Text } from '../../layout/text.js';
import { DeviceName, SystemName } from './device-texts.js';
import type { Running } from './read-devices.js';

/** What the person runs now. */
export function CurrentTable({ current }: { readonly current: readonly Running[] }) {
  return (
    <Table
      caption="The latest installation of each product"
      empty="Nothing is installed."
      rows={current}
      columns={[
        { head: 'Product', cell: ({ app_product: product }) => <Text value={product} /> },
        { head: 'Version', cell: ({ installation }) => <Text value={installation.app_version} /> },
        { head: 'Since', cell: ({ version_since: since }) => <Moment at={since} /> },
        { head: 'Device', cell: ({ installation }) => <DeviceName installation={installation} /> },
        { head: 'System', cell: ({ installation }) => <SystemName installation={installation} /> },
      ]}
    />
  );
}
