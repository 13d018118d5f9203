/** In characters as people count them. */
const LONGEST = 40;

/** In code units per character: a single one may carry any number of combining marks. */
const LONGEST_CHARACTER = 10;

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]|(?! )\p{Zs}/gu;
const JOINERS = /[\u200c\u200d]/;

/** Written from right to left: they would reorder the numbers beside them. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Returns a stored text as people can read it in a sentence or a chart: visible ({@link visibleCharacters}), and isolated
 * where it runs from right to left, so that it stays in its place.
 */
export function visibleText(text: string, longest = LONGEST): string {
  const shown = visibleCharacters(text, longest);
  return RIGHT_TO_LEFT.test(shown) ? `${ISOLATE}${shown}${POP_ISOLATE}` : shown;
}

/**
 * Returns a stored text with every character visible: those without a shape, or that change the direction of others, as
 * their code point (`⟨U+202E⟩`), an empty text as `(empty)`. A text that is too long ends in `…`.
 */
export function visibleCharacters(text: string, longest = Number.POSITIVE_INFINITY): string {
  if (text === '') return '(empty)';
  if (/^ +$/.test(text)) return `(${text.length === 1 ? 'a space' : `${text.length} spaces`})`;
  const bounded = text.slice(0, longest * LONGEST_CHARACTER);
  const shown = bounded.replace(INVISIBLE, codePoint);
  const isCut = bounded.length < text.length;
  if (!isCut && shown.length <= longest) return shown;
  const characters = Array.from(segmenter.segment(shown), ({ segment }) => segment);
  if (!isCut && characters.length <= longest) return shown;
  return `${characters.slice(0, longest - 1).join('')}…`;
}

/** Emoji and several scripts need joiners: those stay. */
function codePoint(character: string): string {
  if (JOINERS.test(character)) return character;
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `⟨U+${hex}⟩`;
}
