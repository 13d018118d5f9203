import { numberText } from '../words/numbers.js';
import { visibleCharacters } from '../words/visible-text.js';
import { useReader } from './reader.js';

interface TextProps {
  readonly value: string;
  /** In characters: a longer text is visibly cut, and shown in full in its tooltip. */
  readonly longest?: number;
}

/**
 * A received text: a version, a name, an id, of any Unicode. It is isolated, so that its writing direction does not
 * affect the surrounding text, and invisible characters are spelled out.
 */
export function Text({ value, longest = Number.POSITIVE_INFINITY }: TextProps) {
  const shown = visibleCharacters(value, longest);
  if (value.trim() === '') return <span class="muted">{shown}</span>;
  return (
    <bdi class="text" title={shown.endsWith('…') && shown !== value ? value : undefined}>
      {shown}
    </bdi>
  );
}

/** In characters. */
const LONGEST_NAME = 40;

/** A version, a model or another name, cut to fit a table or a legend. */
export function Name({ value }: { readonly value: string }) {
  return <Text value={value} longest={LONGEST_NAME} />;
}

/** An instant in the reader's time zone, to the minute; the foot of the page names the zone. */
export function Moment({ at }: { readonly at: string }) {
  const { zone } = useReader();
  const instant = Date.parse(at);
  if (Number.isNaN(instant)) return <Text value={at} />;
  const shown = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: zone });
  return <time datetime={at}>{shown.format(instant)}</time>;
}

/** A number, linked to the people it counts. */
export function Count({ value, href }: { readonly value: number; readonly href?: string | undefined }) {
  return href === undefined ? <>{numberText(value)}</> : <a href={href}>{numberText(value)}</a>;
}
