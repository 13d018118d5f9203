import type { Adoption } from '@polaris-telemetry/client';
import type { Child } from 'hono/jsx';
import { OTHER_CLASS, Swatch, seriesClass, UNKNOWN_CLASS } from '../charts/legend.js';
import { StackedAreas } from '../charts/stacked-areas.js';
import { Table } from '../layout/table.js';
import { Count, Name } from '../layout/text.js';
import { peopleSearch } from '../links.js';
import { dayInWords } from '../words/dates.js';
import { numberText, PEOPLE } from '../words/numbers.js';
import { sentenceCase } from '../words/sentence-case.js';
import { visibleText } from '../words/visible-text.js';
import type { LinkPeople } from './people-links.js';

/** What is counted per day: a version, all others together, or unknown. */
export interface AdoptionLayer {
  readonly name: string;
  readonly series: string;
  readonly counts: readonly number[];
  /** Undefined unless it is a single version. */
  readonly version: string | undefined;
}

const LONGEST_NAME = 12;

/** Returns the series of a report, newest version first, then the rest. Series that are always empty are left out. */
export function layersOf({ series, other, unknown }: Adoption): AdoptionLayer[] {
  const rest = [
    { name: `${numberText(other.versions)} other`, series: OTHER_CLASS, counts: other.people, version: undefined },
    { name: 'unknown', series: UNKNOWN_CLASS, counts: unknown, version: undefined },
  ];
  return [
    ...series.map(({ app_version, people }, index) => ({
      name: visibleText(app_version, LONGEST_NAME),
      series: seriesClass(index),
      counts: people,
      version: app_version,
    })),
    ...rest.filter(({ counts }) => counts.some((count) => count > 0)),
  ];
}

/** Whether the last point is the present one, whose people can be searched. */
export function endsNow({ days, as_of }: Adoption): boolean {
  return days.at(-1) === as_of.slice(0, 10);
}

/** The search that finds the people of a version now, if the report's last day is today. */
export function searchNow(report: Adoption, version: string | undefined): string | null {
  if (version === undefined || !endsNow(report)) return null;
  return peopleSearch({ audience: report.audience, product: report.app_product }, { app_version: version });
}

interface AdoptionChartProps {
  readonly report: Adoption;
  readonly finding: string;
  readonly link: LinkPeople;
}

/** People by version over time, stacked: the upper edge is everyone who has the product. */
export function AdoptionChart({ report, finding, link }: AdoptionChartProps) {
  const layers = layersOf(report);
  const [from = '', to = ''] = [report.days[0], report.days.at(-1)];
  const [, people] = PEOPLE[report.audience];
  return (
    <div class="charted">
      <div class="chart">
        <StackedAreas
          id="adoption"
          title={`${sentenceCase(people)} of ${visibleText(report.app_product)} by version, ${dayInWords(from)} to ${dayInWords(to)} (days in UTC)`}
          description={`${finding} The table below has the figures.`}
          days={report.days}
          layers={layers}
        />
      </div>
      <Table
        compact
        caption={`How many ${people} ran each version, ${dayInWords(from)} to ${dayInWords(to)}, at the end of days (UTC)`}
        columns={[
          { head: 'Version', cell: (layer) => <LayerName layer={layer} /> },
          { head: 'Start', numeric: true, cell: ({ counts }) => numberText(counts[0] ?? 0) },
          { head: 'Peak', numeric: true, cell: ({ counts }) => numberText(Math.max(0, ...counts)) },
          { head: endsNow(report) ? 'Now' : 'End', numeric: true, cell: lastCount(report, link) },
        ]}
        rows={layers}
      />
    </div>
  );
}

function lastCount(report: Adoption, link: LinkPeople): (layer: AdoptionLayer) => Child {
  return ({ counts, version }) => {
    const count = counts.at(-1) ?? 0;
    return <Count value={count} href={link(searchNow(report, version), count)} />;
  };
}

function LayerName({ layer: { series, name, version } }: { readonly layer: AdoptionLayer }) {
  return (
    <span class="keyed">
      <Swatch series={series} /> {version === undefined ? name : <Name value={version} />}
    </span>
  );
}
