import { useReader } from './reader.js';

/**
 * A text that somebody sent: a version, a name, an id, of any Unicode. It is set apart, so that its direction of writing
 * does not reach the texts around it, and an empty one is said.
 */
export function Text({ value }: { readonly value: string }) {
  return value === '' ? <span class="muted">(empty)</span> : <bdi class="text">{value}</bdi>;
}

/** An instant in the reader's time zone, to the minute; the zone is said once, at the foot of the page. */
export function Moment({ at }: { readonly at: string }) {
  const { zone } = useReader();
  const instant = Date.parse(at);
  if (Number.isNaN(instant)) return <Text value={at} />;
  const shown = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: zone });
  return <time datetime={at}>{shown.format(instant)}</time>;
}

const NUMBER = new Intl.NumberFormat('en-GB');

/** Returns a whole number with its thousands set apart. */
export function numberText(value: number): string {
  return NUMBER.format(value);
}

/** A number that leads to the people it counts. */
export function Count({ value, href }: { readonly value: number; readonly href?: string | undefined }) {
  return href === undefined ? <>{numberText(value)}</> : <a href={href}>{numberText(value)}</a>;
}
