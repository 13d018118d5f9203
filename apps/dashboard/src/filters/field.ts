/** A parameter of the API as a field of a GET form. */
export interface Field {
  /** Its name in the API. */
  readonly name: string;
  readonly label: string;
  /** A hint beside the field. */
  readonly hint?: string;
  /** `instant` is entered as local time in the reader's zone, and sent with its offset. Default: text. */
  readonly kind?: 'text' | 'number' | 'day' | 'instant';
  /** Value and label of each choice; the form adds "any" in front unless the field is required. */
  readonly choices?: readonly (readonly [value: string, label: string])[];
  /** Accepts several values, of which any may match. */
  readonly repeats?: boolean;
  readonly required?: boolean;
  /** Hidden with other folded fields until one of them is filled in. */
  readonly folded?: boolean;
}

/** Sent by every form and by no link: empty fields of a form are unset, whereas an empty value in a link is a value. */
export const FORM_MARK = 'form';

/** Names of the fields for which a form asks for the empty text. */
export const EMPTY_MARK = 'empty';
