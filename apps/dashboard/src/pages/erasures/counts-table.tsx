import type { PersonCounts } from '@polaris-telemetry/client';
import { Table } from '../../layout/table.js';
import { numberText } from '../../words/numbers.js';

/** The names of an erasure's counts, in words for the page. */
const NAMES: Readonly<Record<keyof PersonCounts, string>> = {
  patient_installations: 'Installations on phones',
  clinician_installations: 'Installations on desktops',
  blood_glucose_meters: 'Meters',
  revisions: 'States of these records, the present ones included',
  retry_copies: 'Copies of these records, kept for a day for safe retries',
  names_in_others_records: 'Mentions in records of others, replaced by “erased”',
  accesses: 'Entries of the access log: kept, with “erased” in place of the id',
};

interface CountsTableProps {
  readonly caption: string;
  readonly counts: PersonCounts;
}

/** What an erasure would destroy, or has destroyed. */
export function CountsTable({ caption, counts }: CountsTableProps) {
  return (
    <div class="counts">
      <Table
        compact
        caption={caption}
        rows={Object.entries(NAMES) as [keyof PersonCounts, string][]}
        columns={[
          { head: 'What', cell: ([, name]) => name },
          { head: 'Count', numeric: true, cell: ([key]) => numberText(counts[key]) },
        ]}
      />
    </div>
  );
}

/** Whether nothing is held on a person, except accesses. */
export function holdsNothing({ accesses: _, ...counts }: PersonCounts): boolean {
  return Object.values(counts).every((count) => count === 0);
}
