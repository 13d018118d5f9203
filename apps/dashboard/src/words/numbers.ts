/** What a figure counts, in the singular and the plural. */
export type Noun = readonly [one: string, many: string];

export type Audience = 'patient' | 'clinician';

/** The people of each audience. */
export const PEOPLE: Readonly<Record<Audience, Noun>> = {
  patient: ['patient', 'patients'],
  clinician: ['clinician', 'clinicians'],
};

/** Keeps a number and its unit on one line. */
export const NO_BREAK = '\u00a0';

const grouped = new Intl.NumberFormat('en-GB');
const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Returns a whole number: `12,345`. */
export function numberText(value: number): string {
  return grouped.format(value);
}

/** Returns a number with what it counts: `1 patient`, `12,345 patients`. */
export function counted(value: number, [one, many]: Noun): string {
  return `${numberText(value)}${NO_BREAK}${value === 1 ? one : many}`;
}

/**
 * Returns a share (0 to 1) in percent. Neither `0 %` nor `100 %` unless it is exactly none or all.
 *
 * @param exact with one decimal
 */
export function percent(share: number, exact = false): string {
  const least = exact ? 0.1 : 1;
  const value = share * 100;
  const format = exact ? tenths : whole;
  if (value > 0 && value < least) return `<${NO_BREAK}${least}${NO_BREAK}%`;
  if (value < 100 && value > 100 - least) return `>${NO_BREAK}${100 - least}${NO_BREAK}%`;
  return `${format.format(value)}${NO_BREAK}%`;
}

/** Returns an interval of shares in percent: `5.9–28.0 %`. */
export function percentRange(low: number, high: number): string {
  return `${tenths.format(low * 100)}–${tenths.format(high * 100)}${NO_BREAK}%`;
}

/** Returns a probability as statistics prints it: `0.012`, `< 0.001`. */
export function probability(value: number): string {
  return value < 0.001 ? `<${NO_BREAK}0.001` : value.toFixed(3);
}
