import type { Child } from 'hono/jsx';
import { Table } from '../../layout/table.js';
import { Moment, Text } from '../../layout/text.js';
import { fieldName } from '../../words/fields.js';
import type { Known, Revision } from './known.js';

interface ChangeTableProps<Owned> {
  readonly caption: string;
  readonly records: readonly Known<Owned>[];
  /** What was changed, for people. */
  readonly head: string;
  readonly nameOf: (record: Owned) => Child;
}

/** Later changes to records; nothing if there are none. */
export function ChangeTable<Owned>({ caption, records, head, nameOf }: ChangeTableProps<Owned>) {
  const changes = records
    .flatMap(({ revisions }) => revisions.slice(0, -1))
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const isIncomplete = records.some(({ complete }) => !complete);
  if (changes.length === 0 && !isIncomplete) return null;
  return (
    <>
      <Table
        caption={caption}
        empty="No change is known."
        rows={changes}
        columns={[
          { head: 'Changed', cell: ({ at }) => <Moment at={at} /> },
          { head, cell: ({ record }) => nameOf(record) },
          { head: 'What', cell: (revision) => <Changes revision={revision} /> },
          { head: 'By', cell: ({ by }) => <Text value={by} /> },
        ]}
      />
      {isIncomplete && <p class="muted">Earlier states of some of these records are not shown here.</p>}
    </>
  );
}

function Changes({ revision: { changes } }: { readonly revision: Revision<unknown> }) {
  return (
    <ul class="plain">
      {changes.map(({ field, from, to }) => (
        <li>
          {fieldName(field)}: <Value value={from} /> → <Value value={to} />
        </li>
      ))}
    </ul>
  );
}

function Value({ value }: { readonly value: unknown }) {
  if (value === null || value === undefined) return <span class="muted">(none)</span>;
  if (typeof value === 'boolean') return <>{value ? 'yes' : 'no'}</>;
  return <Text value={String(value)} />;
}
