/** Returns how far a zone is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, zone: string): number {
  const text = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(instant)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours, minutes, seconds = '0'] = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text ?? '') ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** Milliseconds: no zone changes its clocks twice within two days. */
const DAY = 86_400_000;

/**
 * Returns the instant (RFC 3339, UTC) of a local time as `<input type="datetime-local">` sends it, `2026-01-31T09:30`, or
 * of the start of a day. Any other text is returned unchanged, for the API to judge. If the clocks show a time twice, the
 * first one counts; a skipped time is read as if the clocks had not yet gone forward.
 */
export function instantOf(local: string, zone: string): string {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?$/.test(local)) return local;
  const asUtc = Date.parse(local.includes('T') ? `${local}Z` : `${local}T00:00Z`);
  if (Number.isNaN(asUtc)) return local;
  const before = asUtc - offsetAt(asUtc - DAY, zone);
  const after = asUtc - offsetAt(asUtc + DAY, zone);
  const instant = [before, after].find((each) => each + offsetAt(each, zone) === asUtc) ?? before;
  return new Date(instant).toISOString();
}

/** Returns an instant as the value of `<input type="datetime-local">`; undefined if the text is not an instant. */
export function localTimeOf(instant: string, zone: string): string | undefined {
  const at = /^\d{4}-\d\d-\d\dT.*([Zz]|[+-]\d\d:?\d\d)$/.test(instant) ? Date.parse(instant) : Number.NaN;
  if (Number.isNaN(at)) return undefined;
  return new Date(at + offsetAt(at, zone)).toISOString().replace(/(:00)?\.000Z$|Z$/, '');
}
