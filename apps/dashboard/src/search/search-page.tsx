import type { Page as FoundPage, Pages, TelemetryClient } from '@polaris-telemetry/client';
import type { Field } from '../filters/field.js';
import { FilterForm } from '../filters/filter-form.js';
import { parametersOf } from '../filters/parameters.js';
import { tried } from '../filters/tried.js';
import { PageLinks } from '../layout/page-links.js';
import { type Column, Table } from '../layout/table.js';
import type { Page, Visit } from '../page.js';
import { READ_FLEET } from '../scopes.js';
import { numberText } from '../words/numbers.js';

interface Total {
  readonly total?: { readonly count: number; readonly exact: boolean };
}

interface SearchPage<Found extends FoundPage<unknown> & Total> {
  readonly path: string;
  readonly title: string;
  readonly fields: readonly Field[];
  /** The table's caption, for readers who cannot see the surrounding page. */
  readonly caption: string;
  /** What to say if nothing is found. */
  readonly empty: string;
  readonly find: (client: TelemetryClient, parameters: { readonly total: true }) => Pages<Found>;
  readonly columns: (visit: Visit) => readonly Column<Found['results'][number]>[];
}

/** A page for a search of the API: filters as a form, the number of results, and one page of them. */
export function searchPage<Found extends FoundPage<unknown> & Total>(search: SearchPage<Found>): Page {
  const { path, title, fields, caption, empty } = search;
  return {
    path,
    title,
    navigation: title,
    needs: [READ_FLEET],
    fields,
    async show(visit) {
      const { client, query } = visit;
      const pages = search.find(client, { ...parametersOf<object>(query, ['page_size']), total: true });
      const { value: found, faults } = await tried(pages.page(query.get('page_token') ?? undefined));
      return (
        <>
          <FilterForm fields={fields} query={query} faults={faults} submit="Search" />
          {found && (
            <>
              <p class="finding">{wordsOf(found)}</p>
              <Table caption={caption} empty={empty} rows={found.results} columns={search.columns(visit)} />
              <PageLinks path={path} query={query} next={found.next_page_token} />
            </>
          )}
        </>
      );
    },
  };
}

function wordsOf({ total }: Total): string {
  if (total === undefined) return '';
  return total.exact ? `${numberText(total.count)} found` : `More than ${numberText(total.count)} found`;
}
