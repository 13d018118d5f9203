import type { Branded } from './branded.js';
import { Fault } from './fault.js';

/** Any Unicode text, the empty string included, that can be stored and returned exactly as sent. */
export type Text = Branded<string, 'Text'>;

const NUL = new Fault('text_nul', 'must not contain the NUL character (U+0000)');
const LONE_SURROGATE = new Fault('text_lone_surrogate', 'must be well-formed Unicode (no lone surrogate)');
const NOT_TEXT = new Fault('text_type', 'must be a string');

/**
 * Accepts every string except those that UTF-8 storage cannot hold: with NUL (PostgreSQL refuses it) or a lone
 * surrogate (it has no UTF-8 form). There is no length limit.
 *
 * @returns the text, or the fault `text_type`, `text_nul` or `text_lone_surrogate`
 */
export function parseText(raw: unknown): Text | Fault {
  if (typeof raw !== 'string') return NOT_TEXT;
  if (raw.includes('\0')) return NUL;
  if (!raw.isWellFormed()) return LONE_SURROGATE;
  return raw as Text;
}

/**
 * Returns a parser for texts of a given length, counted in Unicode code points as PostgreSQL's `varchar(n)`
 * counts. The parser returns the text, or the fault `text_type`, `text_nul`, `text_lone_surrogate` or `text_length`.
 */
export function textOfLength<Kind extends string>(minimum: 0 | 1, maximum: number): (raw: unknown) => Kind | Fault {
  const wrongLength = new Fault('text_length', ruleOfLength(minimum, maximum));
  return (raw) => {
    const text = parseText(raw);
    if (text instanceof Fault) return text;
    return text.length >= minimum && hasAtMost(text, maximum) ? (text as string as Kind) : wrongLength;
  };
}

function ruleOfLength(minimum: 0 | 1, maximum: number): string {
  if (maximum === Number.POSITIVE_INFINITY) return `must be at least ${minimum} character`;
  return minimum === 0 ? `must be at most ${maximum} characters` : `must be ${minimum} to ${maximum} characters`;
}

/** Whether a text has at most this many code points; a code point takes one or two UTF-16 units. */
function hasAtMost(text: string, maximum: number): boolean {
  if (text.length <= maximum) return true;
  if (text.length > 2 * maximum) return false;
  return [...text].length <= maximum;
}

/**
 * Orders two texts by Unicode code point, which is the order of their UTF-8 bytes and of PostgreSQL's collation "C".
 * (`<` compares UTF-16 units, which puts U+FFFF after U+10000.)
 *
 * @returns a negative number, zero or a positive number, as `Array.prototype.sort` expects
 */
export function compareText(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1;
  }
  return left.length - right.length;
}

function isSurrogate(unit: number): boolean {
  // A surrogate encodes a code point above U+FFFF, so it sorts after every other unit.
  return unit >= 0xd800 && unit <= 0xdfff;
}
