import type { Adoption } from '@polaris-telemetry/client';
import { Table } from '../../layout/table.js';
import { Count } from '../../layout/text.js';
import { peopleSearch } from '../../links.js';
import { type AdoptionLayer, endsNow, layersOf, searchNow } from '../../reports/adoption-chart.js';
import type { LinkPeople } from '../../reports/people-links.js';
import { dayInWords } from '../../words/dates.js';
import { PEOPLE } from '../../words/numbers.js';

/** A page must stay small; the CSV has all rows. */
const MOST_CELLS = 1_200;

interface DayTableProps {
  readonly report: Adoption;
  readonly link: LinkPeople;
}

/** The chart's figures, newest day first. */
export function DayTable({ report, link }: DayTableProps) {
  const indexes = report.days.map((_, index) => index).toReversed();
  const isNow = (index: number) => index === report.days.length - 1 && endsNow(report);
  const everyone: AdoptionLayer = { name: 'All', series: '', counts: report.people, version: undefined };
  const columns = layersOf(report).map((layer) => ({ layer, search: searchNow(report, layer.version) }));
  const all = peopleSearch({ audience: report.audience, product: report.app_product });
  const shown = indexes.slice(0, MOST_CELLS / (columns.length + 2));
  const hidden = indexes.length - shown.length;
  return (
    <Table
      caption={`How many ${PEOPLE[report.audience][1]} ran each version at the end of each day (UTC)${hidden > 0 ? `; the ${hidden} earlier days are in the CSV` : ''}`}
      columns={[
        { head: 'Day', cell: (index) => dayInWords(report.days[index] ?? '') },
        ...[...columns, { layer: everyone, search: endsNow(report) ? all : null }].map(({ layer, search }) => ({
          head: layer.name,
          numeric: true,
          cell: (index: number) => {
            const count = layer.counts[index] ?? 0;
            return <Count value={count} href={isNow(index) ? link(search, count) : undefined} />;
          },
        })),
      ]}
      rows={shown}
    />
  );
}
