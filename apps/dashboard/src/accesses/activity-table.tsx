import type { Access } from '@polaris-telemetry/client';
import { type Column, Table } from '../layout/table.js';
import { Moment, Text } from '../layout/text.js';
import type { Visit } from '../page.js';
import { PersonLink } from '../search/person-link.js';
import { type Activity, activitiesOf } from './activities.js';

interface LookTableProps {
  readonly accesses: readonly Access[];
  readonly may: Visit['may'];
  /** Whether all are about one person, whom the page names. */
  readonly ofOne?: boolean;
}

/** Lists who looked at what. */
export function ActivityTable({ accesses, may, ofOne = false }: LookTableProps) {
  const person: Column<Activity> = {
    head: 'Person',
    cell: ({ personId }) =>
      personId === null ? <span class="muted">no single one</span> : <PersonLink id={personId} may={may} />,
  };
  return (
    <Table
      caption="Staff who looked, most recent first"
      empty="No one has looked."
      rows={activitiesOf(accesses)}
      columns={[
        { head: 'When', cell: ({ at }) => <Moment at={at} /> },
        { head: 'Who', cell: ({ actor }) => <Text value={actor} /> },
        ...(ofOne ? [] : [person]),
        { head: 'What', cell: (activity) => <What activity={activity} /> },
        { head: 'Answer', cell: ({ status }) => answerOf(status) },
      ]}
    />
  );
}

function What({ activity: { names, queries } }: { readonly activity: Activity }) {
  return (
    <>
      {names.join(', ')}
      {queries.map((query) => (
        <>
          {' '}
          <code>{query}</code>
        </>
      ))}
    </>
  );
}

function answerOf(status: number): string {
  if (status < 400) return 'given';
  return status === 403 ? 'refused (403)' : `not given (${status})`;
}
