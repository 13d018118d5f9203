import type { Kind } from '../kit/kinds.ts';

/** The columns that hold what a client sends, dates apart. */
export function plainFields(kind: Kind): string[] {
  return Object.keys(kind.fields);
}

/** The UTC offset of an RFC 3339 date in seconds. */
export function offsetSeconds(date: string): number {
  const zone = /([+-])(\d\d):?(\d\d)$/.exec(date);
  if (zone === null) return 0;
  return (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 3600 + Number(zone[3]) * 60);
}

/** A date in milliseconds at the offset it was sent with. */
export function writeDate(date: Date, offset: number): string {
  if (offset === 0) return date.toISOString();
  const minutes = Math.abs(Math.trunc(offset / 60));
  const zone = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const local = new Date(date.getTime() + offset * 1000).toISOString().slice(0, -1);
  return `${local}${offset < 0 ? '-' : '+'}${zone}`;
}
