import type { BloodGlucoseMeter } from '@polaris-telemetry/client';
import { Table } from '../../layout/table.js';
import { Moment, Text } from '../../layout/text.js';
import { ChangeTable } from './change-table.js';
import type { Listed } from './known.js';

/** A patient's meters, with the outcomes of their verification readings. */
export function MeterTables({ meters }: { readonly meters: Listed<BloodGlucoseMeter> }) {
  return (
    <>
      <Table
        caption="Blood glucose meters, most recently verified first"
        empty="No meter is recorded."
        rows={meters.records.map(({ record }) => record)}
        columns={[
          { head: 'Serial number', cell: ({ serial_number: serial }) => <Text value={serial} /> },
          { head: 'Verified', cell: ({ date_verified: at }) => <Moment at={at} /> },
          {
            head: 'Reading',
            cell: ({ blood_glucose_value: value }) =>
              value === null ? <span class="muted">none received</span> : `${value} mmol/L`,
          },
          { head: 'Confirmed by the patient', cell: ({ is_bg_value_correct: answer }) => <Answer answer={answer} /> },
          {
            head: 'App',
            cell: ({ app_product: product, app_version: version }) => (
              <>
                <Text value={product} /> <Text value={version} />
              </>
            ),
          },
          { head: 'Recorded', cell: ({ created }) => <Moment at={created} /> },
        ]}
      />
      <ChangeTable
        caption="Changes of meters, the latest first"
        records={meters.records}
        head="Meter"
        nameOf={({ serial_number: serial }) => <Text value={serial} />}
      />
    </>
  );
}

function Answer({ answer }: { readonly answer: boolean | null }) {
  if (answer === null) return <span class="muted">did not say</span>;
  return answer ? <>yes</> : <strong class="fault">no</strong>;
}
