/** In characters as people count them. */
const LONGEST = 40;

/** Longer texts are cut here first: a single character may have any number of marks upon it. */
const LONGEST_IN_CODE_UNITS = 400;

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu;
const JOINERS = /[\u200c\u200d]/;

/** Written from right to left: they would pull the numbers beside them along. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Returns a stored text as people can read it: characters that have no shape, or that turn the direction of others, are
 * written as their code point (`⟨U+202E⟩`), an empty text as `(empty)`, and what is too long ends in `…`. A text that runs
 * from right to left is isolated, so that it stays in its place in a sentence.
 */
export function visibleText(text: string, longest = LONGEST): string {
  if (text === '') return '(empty)';
  if (text.trim() === '') return `(${text.length === 1 ? 'a space' : `${text.length} spaces`})`;
  const shown = shortened(text, longest);
  return RIGHT_TO_LEFT.test(shown) ? `${ISOLATE}${shown}${POP_ISOLATE}` : shown;
}

function shortened(text: string, longest: number): string {
  const bounded = text.slice(0, LONGEST_IN_CODE_UNITS);
  const shown = bounded.replace(INVISIBLE, codePoint);
  const isCut = bounded.length < text.length;
  if (!isCut && shown.length <= longest) return shown;
  const characters = Array.from(segmenter.segment(shown), ({ segment }) => segment);
  if (!isCut && characters.length <= longest) return shown;
  return `${characters.slice(0, longest - 1).join('')}…`;
}

/** Emoji and several scripts are written with joiners: those stay. */
function codePoint(character: string): string {
  if (JOINERS.test(character)) return character;
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `⟨U+${hex}⟩`;
}
