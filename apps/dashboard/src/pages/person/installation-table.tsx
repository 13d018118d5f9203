import { Table } from '../../layout/table.js';
import { Moment, Text } from '../../layout/text.js';
import { DeviceName, SystemName } from './device-texts.js';
import { effectiveDateOf, firstUsedOf, type Installation } from './installation.js';
import type { Listed } from './known.js';

/** A person's installations as currently recorded. */
export function InstallationTable({ installations }: { readonly installations: Listed<Installation> }) {
  return (
    <Table
      caption="Each installation as it is recorded now, the latest first"
      rows={installations.records.map(({ record }) => record)}
      columns={[
        { head: 'First used', cell: (installation) => <FirstUsed installation={installation} /> },
        { head: 'Product', cell: ({ app_product: product }) => <Text value={product} /> },
        { head: 'Version', cell: ({ app_version: version }) => <Text value={version} /> },
        { head: 'Device', cell: (installation) => <DeviceName installation={installation} /> },
        { head: 'System', cell: (installation) => <SystemName installation={installation} /> },
        { head: 'Device code', cell: ({ unique_device_code: code }) => <Text value={code} /> },
        { head: 'Recorded', cell: ({ created }) => <Moment at={created} /> },
      ]}
    />
  );
}

/** The date by the device's clock, marked if that clock was wrong. */
function FirstUsed({ installation }: { readonly installation: Installation }) {
  const firstUsed = firstUsedOf(installation);
  return (
    <>
      <Moment at={firstUsed} />
      {effectiveDateOf(installation) !== firstUsed && (
        <span class="muted"> (the device’s clock was wrong: drawn from when it was recorded)</span>
      )}
    </>
  );
}
