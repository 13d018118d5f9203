import type { Releases } from '@polaris-telemetry/client';
import { ShareBar } from '../charts/bar.js';
import { Table } from '../layout/table.js';
import { Count, Name } from '../layout/text.js';
import { dayInWords } from '../words/dates.js';
import { type Audience, counted, numberText, PEOPLE } from '../words/numbers.js';
import type { LinkPeople } from './people-links.js';

/** A page must stay small; the CSV has all rows. */
const MOST_ROWS = 100;
const DAYS = ['day', 'days'] as const;
const OLDER = ['older one', 'older ones'] as const;

interface ReleaseTableProps {
  readonly report: Releases;
  readonly audience: Audience;
  readonly link: LinkPeople;
  readonly rows?: number;
}

/** Each release with its first day, its people and how fast it spread. */
export function ReleaseTable({ report, audience, link, rows = MOST_ROWS }: ReleaseTableProps) {
  const shown = report.results.slice(0, rows);
  const hidden = report.results.length - shown.length + (report.more ?? 0);
  const [, people] = PEOPLE[audience];
  return (
    <Table<Releases['results'][number]>
      caption={`Releases, the newest first; days until so many of the ${people} ran it${hidden > 0 ? `; ${counted(hidden, OLDER)} left out` : ''}`}
      empty="There is no release yet that anyone had at the end of a day."
      rows={shown}
      columns={[
        { head: 'Version', cell: ({ app_version }) => <Name value={app_version} /> },
        { head: 'First day', cell: ({ first_day }) => dayInWords(first_day) },
        { head: 'Last day', cell: lastDay },
        {
          head: 'Now',
          numeric: true,
          cell: ({ people: count, search }) => <Count value={count} href={link(search, count)} />,
        },
        { head: 'Share', cell: ({ share }) => <ShareBar share={share} /> },
        { head: 'Peak', numeric: true, cell: most },
        { head: '10 % in', numeric: true, cell: (release) => daysText(release, release.days_to_10_percent) },
        { head: '50 % in', numeric: true, cell: (release) => daysText(release, release.days_to_50_percent) },
        { head: '90 % in', numeric: true, cell: (release) => daysText(release, release.days_to_90_percent) },
      ]}
    />
  );
}

type Release = Releases['results'][number];

const lastDay = ({ last_day }: Release) => (last_day === null ? 'still in use' : dayInWords(last_day));

const most = ({ peak_people, peak_day }: Release) => (
  <>
    {numberText(peak_people)} <span class="muted">on {dayInWords(peak_day)}</span>
  </>
);

function daysText({ last_day }: Release, days: number | null) {
  if (days === null) return <span class="muted">{last_day === null ? 'not yet' : 'never'}</span>;
  return days === 0 ? 'first day' : counted(days, DAYS);
}
