import { z } from 'zod';

// The kinds of values a setting may have. Each message says what is expected; none repeats the value, because a secret
// may have been pasted into the wrong variable.

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

/** true, 1, yes, on; false, 0, no, off; in any case. */
export const boolean = parsedBy(
  (raw) => BOOLEANS.get(raw.trim().toLowerCase()),
  'must be true or false (1, yes, on; 0, no, off)',
);

/** Any text. Empty variables never get here: they count as not set. */
export const text = z.string();

const BROKEN = /[\s\p{Cc}\p{Cf}]/u;

/** A host, an address or an issuer: compared or looked up exactly as written, so a pasted blank never works. */
export const unbrokenText = parsedBy(
  (raw) => (BROKEN.test(raw) ? undefined : raw),
  'must not hold blanks or control characters',
);

/** One host, or several separated by commas. */
export const hosts = parsedBy((raw) => {
  const all = raw.split(',');
  return all.every((host) => host !== '' && !BROKEN.test(host)) ? all : undefined;
}, 'must be a host, or several separated by commas, without blanks or control characters');

/** One port of another machine, or several separated by commas. */
export const remotePorts = parsedBy((raw) => {
  const all = raw.split(',').map((port) => (/^\d+$/.test(port.trim()) ? Number(port) : 0));
  return all.every((port) => port >= 1 && port <= 65_535) ? all : undefined;
}, 'must be a whole number from 1 to 65535, or several separated by commas');

/** A name, which may contain blanks. */
export const trimmedText = parsedBy(
  (raw) => (raw.trim() !== raw || /[\p{Cc}\p{Cf}]/u.test(raw) ? undefined : raw),
  'must not begin or end with a blank, or hold control characters',
);

/** An address that can be fetched. */
export const httpUrl = parsedBy((raw) => {
  const url = /[\s\p{Cc}]/u.test(raw) ? null : URL.parse(raw);
  const isFetched = url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
  return isFetched && url.username === '' && url.password === '' ? url : undefined;
}, 'must be a URL that begins with http:// or https://, without blanks, user or password');

/** One of several words, in any case; returned as written here. */
export function choice<const Word extends string>(words: readonly Word[]) {
  return parsedBy(
    (raw) => words.find((word) => word.toLowerCase() === raw.trim().toLowerCase()),
    `must be one of ${words.join(', ')}`,
  );
}

/** A whole number within bounds, in decimal digits. */
export function wholeNumber(minimum: number, maximum: number) {
  return parsedBy((raw) => {
    const number = /^\d+$/.test(raw.trim()) ? Number(raw) : Number.NaN;
    return number >= minimum && number <= maximum ? number : undefined;
  }, `must be a whole number from ${minimum} to ${maximum}`);
}

/** The same, or the word `auto`. */
export function wholeNumberOrAuto(minimum: number, maximum: number) {
  return parsedBy((raw): number | 'auto' | undefined => {
    if (raw.trim().toLowerCase() === 'auto') return 'auto';
    const number = /^\d+$/.test(raw.trim()) ? Number(raw) : Number.NaN;
    return number >= minimum && number <= maximum ? number : undefined;
  }, `must be auto, or a whole number from ${minimum} to ${maximum}`);
}

/** A duration in seconds, fractions allowed; returned in milliseconds. */
export function seconds(minimum: number, maximum: number) {
  return parsedBy((raw) => {
    const number = /^\d+(\.\d+)?$/.test(raw.trim()) ? Number(raw) : Number.NaN;
    return number >= minimum && number <= maximum ? Math.round(number * 1000) : undefined;
  }, `must be a number of seconds from ${minimum} to ${maximum}`);
}

function parsedBy<Value>(parse: (raw: string) => Value | undefined, rule: string) {
  return z.string().transform((raw, context): Value => {
    const value = parse(raw);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: rule });
    return z.NEVER;
  });
}
