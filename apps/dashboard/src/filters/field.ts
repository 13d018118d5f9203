/** A parameter of the API, as a field of a form by GET. */
export interface Field {
  /** The API's name of it. */
  readonly name: string;
  readonly label: string;
  /** What to write, beside the field. */
  readonly hint?: string;
  /** `instant` is entered as local time in the reader's zone, and sent with its offset. Default: text. */
  readonly kind?: 'text' | 'number' | 'day' | 'instant';
  /** Value and label of each choice; the form adds "any" in front unless the field is required. */
  readonly choices?: readonly (readonly [value: string, label: string])[];
  /** Several values may be given: any of them. */
  readonly repeats?: boolean;
  readonly required?: boolean;
  /** Folded away with others of its kind until one of them is filled in. */
  readonly folded?: boolean;
}

/** Sent by every form, and by no link: its empty fields are not filled in, while an empty value in a link is a value. */
export const FORM_MARK = 'form';

/** Names of the fields for which a form asks for the empty text. */
export const EMPTY_MARK = 'empty';
