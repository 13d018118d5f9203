import type { Child } from 'hono/jsx';
import { Moment } from '../layout/text.js';
import { linkTo } from '../links.js';
import { dayInWords } from '../words/dates.js';
import { csvPath, type Downloadable } from './csv-path.js';

interface ReportFootProps {
  /** The instant that the figures describe. */
  readonly asOf: string;
  /** The day since which revisions are kept, for reports that look back. */
  readonly completeSince?: string | null;
  readonly report: Downloadable;
  /** The parameters of the API, as the report has them. */
  readonly parameters: URLSearchParams;
  readonly children?: Child;
}

/** The foot of a report: its `as_of`, its limits, and its table as a file. */
export function ReportFoot({ asOf, completeSince = null, report, parameters, children }: ReportFootProps) {
  return (
    <p class="report-foot">
      Figures of <Moment at={asOf} />.{' '}
      {completeSince !== null && (
        <>
          Which version ran before {dayInWords(completeSince)} is unknown where a record was changed before that day.{' '}
        </>
      )}
      {children}
      <a href={linkTo(csvPath(report), parameters)} download>
        Download as CSV
      </a>
    </p>
  );
}
