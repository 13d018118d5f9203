import type { PersonCounts } from '@polaris-telemetry/client';
import { Text } from '../../layout/text.js';
import { linkTo } from '../../links.js';
import type { Visit } from '../../page.js';
import { EXPORT } from '../../scopes.js';
import { CountsTable, holdsNothing } from './counts-table.js';
import { needsLines } from './typed-id.js';

interface EraseFormProps {
  readonly id: string;
  readonly counts: PersonCounts;
  /** The same in every attempt, so that an erasure whose answer was lost is not repeated. */
  readonly attempt: string;
  readonly may: Visit['may'];
  /** Why the last attempt did not erase the person. */
  readonly fault?: string | undefined;
}

/** What would be destroyed, and the form to confirm it. */
export function EraseForm({ id, counts, attempt, may, fault }: EraseFormProps) {
  return (
    <>
      <p class="finding">
        This would erase <Text value={id} /> for good. Nothing has been erased yet.
      </p>
      {holdsNothing(counts) && (
        <p class="notice">The service holds no record of this id. Ids are compared exactly: is it the right one?</p>
      )}
      <CountsTable caption="What would be destroyed, counted just now" counts={counts} />
      <ul>
        <li>A patient and a clinician of one id are one person to the service: both go.</li>
        <li>Backups keep the person until they expire. An app that is still in use can register again.</li>
        {may(EXPORT) && (
          <li>
            Does the person want their data first?{' '}
            <a href={linkTo('personal-data.json', { id })} download>
              Download all personal data (JSON)
            </a>
          </li>
        )}
      </ul>
      <form method="post" action={linkTo('erase', { id })} class="narrow">
        <input type="hidden" name="attempt" value={attempt} />
        <div class={fault === undefined ? 'field' : 'field wrong'}>
          <label for="typed">Type the id again</label>
          <TypedId lines={needsLines(id)} wrong={fault !== undefined} />
          <span class="hint" id="typed-hint">
            Exactly as above.
          </span>
          {fault !== undefined && (
            <span class="fault" id="typed-fault" role="alert">
              {fault}
            </span>
          )}
        </div>
        <p class="buttons">
          <button type="submit" class="danger">
            Erase for good
          </button>
          <a href={linkTo('person', { id })}>Back to the person</a>
        </p>
      </form>
    </>
  );
}

function TypedId({ lines, wrong }: { readonly lines: boolean; readonly wrong: boolean }) {
  const common = {
    id: 'typed',
    name: 'typed',
    required: true,
    autocomplete: 'off',
    spellcheck: false,
    'aria-describedby': wrong ? 'typed-hint typed-fault' : 'typed-hint',
    'aria-invalid': wrong ? ('true' as const) : undefined,
  };
  return lines ? <textarea {...common} rows={3} /> : <input {...common} type="text" />;
}
