import type { TelemetryClient } from '@polaris-telemetry/client';
import { ActivityTable } from '../../accesses/activity-table.js';
import type { Field } from '../../filters/field.js';
import { FilterForm } from '../../filters/filter-form.js';
import { NO_FAULTS } from '../../filters/tried.js';
import { Text } from '../../layout/text.js';
import { Withheld } from '../../layout/withheld.js';
import { linkTo } from '../../links.js';
import type { Page } from '../../page.js';
import { ERASE, EXPORT, READ_ALL } from '../../scopes.js';
import { DevicesSection } from './devices-section.js';
import { type Devices, readClinician, readPatient } from './read-devices.js';
import { Rights } from './rights.js';

const fields: readonly Field[] = [
  { name: 'id', label: 'Id of a patient or clinician', hint: 'the whole id, exactly', required: true },
];

/** Of the access log. */
const MOST_ACCESSES = 30;

/** One person, patient or clinician or both: what they use and used, who looked, and what they may ask for. */
export const person: Page = {
  path: 'person',
  title: 'Person',
  navigation: 'Person',
  needs: [READ_ALL, EXPORT, ERASE],
  fields,
  show: async ({ client, query, may }) => {
    const id = query.get('id') ?? '';
    if (id === '') return <FilterForm fields={fields} query={query} faults={NO_FAULTS} submit="Show" />;
    const [devices, accesses] = await Promise.all([
      may(READ_ALL) ? readBoth(client, id, query) : undefined,
      may(EXPORT) ? client.accesses({ personId: id, pageSize: MOST_ACCESSES }).page() : undefined,
    ]);
    return (
      <>
        <p class="finding">
          <Text value={id} />
        </p>
        {devices === undefined ? (
          <Withheld what="Devices are" needs={READ_ALL} />
        ) : (
          <BothSections {...devices} query={query} />
        )}
        <h2>Who looked</h2>
        {accesses === undefined ? (
          <Withheld what="Who looked is" needs={EXPORT} />
        ) : (
          <>
            <ActivityTable accesses={accesses.results} may={may} ofOne />
            <p class="more">
              <a href={linkTo('accesses', { person_id: id })}>All looks at this person</a>
            </p>
          </>
        )}
        <Rights id={id} may={may} />
      </>
    );
  },
};

interface Both {
  readonly patient: Devices;
  readonly clinician: Devices;
}

/** The service treats the two as one person. */
async function readBoth(client: TelemetryClient, id: string, query: URLSearchParams): Promise<Both> {
  const [patient, clinician] = await Promise.all([readPatient(client, id, query), readClinician(client, id, query)]);
  return { patient, clinician };
}

function BothSections({ patient, clinician, query }: Both & { readonly query: URLSearchParams }) {
  const isPatient = holdsAny(patient);
  const isClinician = holdsAny(clinician);
  if (!isPatient && !isClinician) {
    return <p class="empty">The service knows no device of a person with this id. Ids are compared exactly.</p>;
  }
  return (
    <>
      {isPatient && <DevicesSection audience="patient" devices={patient} query={query} />}
      {isClinician && <DevicesSection audience="clinician" devices={clinician} query={query} />}
    </>
  );
}

function holdsAny({ installations, meters }: Devices): boolean {
  return installations.total > 0 || meters.total > 0;
}
