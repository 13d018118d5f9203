import { useReader } from '../layout/reader.js';
import { localTimeOf } from '../times/local-time.js';
import { EMPTY_MARK, type Field, FORM_MARK } from './field.js';
import type { Faults } from './tried.js';

interface FilterFormProps {
  readonly fields: readonly Field[];
  readonly query: URLSearchParams;
  readonly faults: Faults;
  /** The button's text. */
  readonly submit: string;
}

/** A page's filters as a GET form: the address holds them, and the API says what is wrong with each. */
export function FilterForm({ fields, query, faults, submit }: FilterFormProps) {
  const known = new Set([...fields.map(({ name }) => name)]);
  const others = [...faults].filter(([name]) => !known.has(name));
  const folded = fields.filter(({ folded: isFolded = false }) => isFolded);
  const isOpen = folded.some(({ name }) => query.has(name) || faults.has(name));
  return (
    <form method="get" class="filters">
      <input type="hidden" name={FORM_MARK} value="1" />
      {others.length > 0 && (
        <ul class="fault" role="alert">
          {others.map(([name, message]) => (
            <li>
              {name === '' ? '' : <code>{name}: </code>}
              {message}
            </li>
          ))}
        </ul>
      )}
      <FilterFields fields={fields.filter((field) => !folded.includes(field))} query={query} faults={faults} />
      {folded.length > 0 && (
        <details open={isOpen}>
          <summary>More filters</summary>
          <FilterFields fields={folded} query={query} faults={faults} />
        </details>
      )}
      <p class="buttons">
        <button type="submit">{submit}</button>
        <a href="?">Clear</a>
      </p>
    </form>
  );
}

function FilterFields({ fields, query, faults }: Omit<FilterFormProps, 'submit'>) {
  return (
    <div class="fields">
      {fields.map((field) => (
        <FilterField field={field} values={query.getAll(field.name)} fault={faults.get(field.name)} />
      ))}
    </div>
  );
}

interface FilterFieldProps {
  readonly field: Field;
  readonly values: readonly string[];
  readonly fault: string | undefined;
}

function FilterField({ field, values, fault }: FilterFieldProps) {
  const { name, label, hint, repeats = false } = field;
  const written = values.filter((value) => value !== '');
  // One extra, for another value.
  const inputs = repeats || written.length === 0 ? [...written, ''] : written;
  const described = [hint && `${name}-hint`, fault && `${name}-fault`].filter(Boolean).join(' ') || undefined;
  return (
    <div class={fault === undefined ? 'field' : 'field wrong'}>
      <label for={name}>{label}</label>
      {inputs.map((value, index) => (
        <Control
          field={field}
          value={value}
          id={index === 0 ? name : undefined}
          label={index === 0 ? undefined : `${label}, another`}
          described={described}
          wrong={fault !== undefined}
        />
      ))}
      {written.length < values.length && (
        <label class="check">
          <input type="checkbox" name={EMPTY_MARK} value={name} checked /> the empty text
        </label>
      )}
      {hint && (
        <span class="hint" id={`${name}-hint`}>
          {hint}
        </span>
      )}
      {fault && (
        <span class="fault" id={`${name}-fault`}>
          {fault}
        </span>
      )}
    </div>
  );
}

interface ControlProps {
  readonly field: Field;
  readonly value: string;
  readonly id: string | undefined;
  readonly label: string | undefined;
  readonly described: string | undefined;
  readonly wrong: boolean;
}

function Control({ field, value, id, label, described, wrong }: ControlProps) {
  const { zone } = useReader();
  const { name, choices, kind = 'text', required } = field;
  const common = {
    id,
    name,
    'aria-label': label,
    'aria-describedby': described,
    'aria-invalid': wrong ? ('true' as const) : undefined,
  };
  if (choices !== undefined) {
    // Shows the address's value even if it is not a choice: the fault beside it explains.
    const strays = value === '' || choices.some(([choice]) => choice === value) ? [] : [[value, value] as const];
    return (
      <select {...common}>
        {!required && <option value="">{field.repeats ? '–' : 'any'}</option>}
        {[...choices, ...strays].map(([choice, text]) => (
          <option value={choice} selected={choice === value}>
            {text}
          </option>
        ))}
      </select>
    );
  }
  if (kind === 'text' || kind === 'number') {
    return (
      <input
        {...common}
        type="text"
        inputmode={kind === 'number' ? 'numeric' : undefined}
        value={value}
        autocomplete="off"
      />
    );
  }
  const shown = kind === 'instant' ? localTimeOf(value, zone) : value;
  // The browser's picker would lose a value that it cannot hold.
  if (value !== '' && (shown === undefined || wrong)) return <input {...common} type="text" value={value} />;
  // The picker shows seconds only if there are any.
  const step = shown?.match(/:\d\d:/) ? 'any' : undefined;
  return <input {...common} type={kind === 'instant' ? 'datetime-local' : 'date'} step={step} value={shown} />;
}
