import { PageLinks } from '../../layout/page-links.js';
import { Text } from '../../layout/text.js';
import { runsFinding } from '../../words/devices.js';
import type { Audience } from '../../words/numbers.js';
import { ChangeTable } from './change-table.js';
import { CurrentTable } from './current-table.js';
import { deviceOf } from './installation.js';
import { InstallationTable } from './installation-table.js';
import { MeterTables } from './meter-tables.js';
import { type Devices, PAGE_OF } from './read-devices.js';
import { runsOf, TimelineChart } from './timeline-chart.js';

interface DevicesSectionProps {
  readonly audience: Audience;
  readonly devices: Devices;
  readonly query: URLSearchParams;
}

const HEADINGS = { patient: 'As a patient', clinician: 'As a clinician' } as const;

/** What a person uses and used, as a patient or as a clinician. */
export function DevicesSection({ audience, devices, query }: DevicesSectionProps) {
  const { current, installations, meters } = devices;
  const isNewest = !query.has(PAGE_OF[audience]);
  return (
    <section>
      <h2>{HEADINGS[audience]}</h2>
      <p class="finding">{runsFinding(current.map(runsOf))}</p>
      <CurrentTable current={current} />
      {installations.total > 0 && (
        <>
          <h3>Installations over time</h3>
          {isNewest && <TimelineChart devices={devices} audience={audience} />}
          <InstallationTable installations={installations} />
          <PageLinks
            path="person"
            query={query}
            next={installations.next}
            token={PAGE_OF[audience]}
            of="Installations"
          />
          <ChangeTable
            caption="Changes of installations, the latest first"
            records={installations.records}
            head="Installation"
            nameOf={(installation) => (
              <>
                <Text value={installation.app_product} /> on <Text value={deviceOf(installation)} />
              </>
            )}
          />
        </>
      )}
      {audience === 'patient' && (
        <>
          <h3>Meters</h3>
          <MeterTables meters={meters} />
          <PageLinks path="person" query={query} next={meters.next} token={PAGE_OF.meters} of="Meters" />
        </>
      )}
    </section>
  );
}
