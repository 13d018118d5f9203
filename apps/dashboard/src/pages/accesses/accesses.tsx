import { ActivityTable } from '../../accesses/activity-table.js';
import type { Field } from '../../filters/field.js';
import { FilterForm } from '../../filters/filter-form.js';
import { parametersOf } from '../../filters/parameters.js';
import { tried } from '../../filters/tried.js';
import { PageLinks } from '../../layout/page-links.js';
import type { Page } from '../../page.js';
import { EXPORT } from '../../scopes.js';

const fields: readonly Field[] = [
  { name: 'person_id', label: 'At the person' },
  { name: 'actor', label: 'Who looked' },
  { name: 'from', label: 'From', kind: 'instant' },
  { name: 'before', label: 'Before', kind: 'instant' },
];

/** Which staff looked at whom. */
export const accesses: Page = {
  path: 'accesses',
  title: 'Who looked',
  navigation: 'Who looked',
  needs: [EXPORT],
  fields,
  show: async ({ client, query, may }) => {
    const { value: found, faults } = await tried(
      client.accesses(parametersOf(query)).page(query.get('page_token') ?? undefined),
    );
    return (
      <>
        <p class="muted">
          Every look of staff at the records of a person, every search and every export. Reports are not among them, nor
          people who see their own records.
        </p>
        <FilterForm fields={fields} query={query} faults={faults} submit="Show" />
        {found && (
          <>
            <ActivityTable accesses={found.results} may={may} ofOne={query.has('person_id')} />
            <PageLinks path="accesses" query={query} next={found.next_page_token} />
          </>
        )}
      </>
    );
  },
};
