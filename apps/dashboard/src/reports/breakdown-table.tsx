import type { Breakdown } from '@polaris-telemetry/client';
import { ShareBar } from '../charts/bar.js';
import { Table } from '../layout/table.js';
import { Count, Name } from '../layout/text.js';
import { textOf } from '../words/breakdown.js';
import { type Audience, counted, numberText, PEOPLE } from '../words/numbers.js';
import type { LinkPeople } from './people-links.js';

const SMALLER_GROUPS = ['smaller group', 'smaller groups'] as const;

interface BreakdownTableProps {
  readonly report: Breakdown;
  /** What the people are divided by. */
  readonly by: readonly { readonly name: string; readonly label: string }[];
  readonly audience: Audience;
  readonly link: LinkPeople;
}

/** A page must stay small; the CSV has all rows. */
const MOST_ROWS = 200;

type Group = Breakdown['results'][number];

/** The groups as a table with bars: the largest group has the longest bar. */
export function BreakdownTable({ report: { people, results, other }, by, audience, link }: BreakdownTableProps) {
  const shown = results.slice(0, MOST_ROWS);
  const longest = Math.max(0, ...shown.map(({ share }) => share));
  const [, many] = PEOPLE[audience];
  const groups = other.groups + results.length - shown.length;
  const left = results.slice(MOST_ROWS).reduce((sum, group) => sum + group.people, other.people);
  const rest =
    groups === 0 ? '' : `; ${counted(groups, SMALLER_GROUPS)} with ${counted(left, PEOPLE[audience])} left out`;
  return (
    <Table<Group>
      compact={by.length === 1}
      caption={`${numberText(people)} ${many} now, divided by ${by.map(({ label }) => label.toLowerCase()).join(', ')}${rest}`}
      empty="No one matches these filters."
      rows={shown}
      columns={[
        ...by.map(({ name, label }) => ({
          head: label,
          cell: (group: Group) => <Name value={textOf(group, name) ?? ''} />,
        })),
        {
          head: 'People',
          numeric: true,
          cell: (group) => <Count value={group.people} href={link(group.search, group.people)} />,
        },
        { head: 'Share', cell: ({ share }) => <ShareBar share={share} longest={longest} /> },
      ]}
    />
  );
}
