import type { MeterVerification } from '@polaris-telemetry/client';
import { Table } from '../layout/table.js';
import { Count, Name } from '../layout/text.js';
import { textOf } from '../words/breakdown.js';
import { METER_DIMENSIONS, type MeterDimension, UNITS } from '../words/meters.js';
import { counted, percent, percentRange, probability } from '../words/numbers.js';
import { sentenceCase } from '../words/sentence-case.js';
import type { LinkPeople } from './people-links.js';

interface MeterTableProps {
  readonly report: MeterVerification;
  readonly by: MeterDimension;
  readonly link: LinkPeople;
  readonly rows?: number;
  /** Leaves out the columns for statisticians. */
  readonly short?: boolean;
}

/** A page must stay small; the CSV has all rows. */
const MOST_ROWS = 200;

type Group = MeterVerification['results'][number];

const FURTHER_GROUPS = ['further group', 'further groups'] as const;
const FLAGS = { high: 'more than the rest', too_few: 'too few to judge' } as const;

/** How often patients disagree in each group; every rate has its interval and its n. */
export function MeterTable({
  report: { results, other, unit },
  by,
  link,
  rows = MOST_ROWS,
  short = false,
}: MeterTableProps) {
  const shown = results.slice(0, rows);
  const hidden = other.groups + results.length - shown.length;
  const rest = hidden === 0 ? '' : `; ${counted(hidden, FURTHER_GROUPS)} left out`;
  return (
    <Table<Group>
      caption={`How often patients disagree, for each ${METER_DIMENSIONS[by]}, of the ${UNITS[unit][1]} that they judged${rest}`}
      empty="There is no reading yet that a patient has judged."
      rows={shown}
      columns={[
        { head: sentenceCase(METER_DIMENSIONS[by]), cell: (group) => <GroupName name={textOf(group, by)} /> },
        { head: 'Judged', numeric: true, cell: ({ told, search }) => <Count value={told} href={link(search, told)} /> },
        {
          head: 'Disagree',
          numeric: true,
          cell: ({ disagree, search }) => <Count value={disagree} href={link(onlyDisagreeing(search), disagree)} />,
        },
        { head: 'Rate', numeric: true, cell: ({ rate }) => (rate === null ? '–' : percent(rate, true)) },
        { head: '95 % interval', numeric: true, cell: ({ low, high }) => intervalText(low, high) },
        ...(short ? [] : [{ head: 'q', numeric: true, cell: qText }]),
        { head: 'Flag', cell: ({ flag }) => (flag === null ? '' : <span class={`flag ${flag}`}>{FLAGS[flag]}</span>) },
      ]}
    />
  );
}

function GroupName({ name }: { readonly name: string | null }) {
  return name === null ? <span class="muted">unknown phone</span> : <Name value={name} />;
}

/** Returns the search for the readings of a group that patients called wrong. */
export function onlyDisagreeing(search: string | null): string | null {
  if (search === null) return null;
  const [path, query] = search.split('?');
  const filters = new URLSearchParams(query);
  filters.delete('is_bg_value_correct');
  filters.set('is_bg_value_correct', 'false');
  return `${path}?${filters}`;
}

const qText = ({ q_value }: Group) => (q_value === null ? '–' : probability(q_value));

function intervalText(low: number | null, high: number | null): string {
  return low === null || high === null ? '–' : percentRange(low, high);
}
