import { describe, expect, it } from 'vitest';
import { visibleCharacters, visibleText } from './visible-text.js';

describe('a text as it was sent', () => {
  it.each([
    ['4.2.0', '4.2.0'],
    ['', '(empty)'],
    [' ', '(a space)'],
    ['   ', '(3 spaces)'],
    ['\n', '⟨U+000A⟩'],
    ['4.2\u00a00\u3000', '4.2⟨U+00A0⟩0⟨U+3000⟩'],
    ['</svg><script>alert(1)</script>', '</svg><script>alert(1)</script>'],
    ['4.2.0\u202e0.9', '4.2.0⟨U+202E⟩0.9'],
    ['4.2\n0\t1', '4.2⟨U+000A⟩0⟨U+0009⟩1'],
    ['4.2\u00ad0', '4.2⟨U+00AD⟩0'],
    ['a\u{e0001}b', 'a⟨U+E0001⟩b'],
    ['👩\u200d💻 4.2', '👩\u200d💻 4.2'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('is isolated where it runs from right to left', () => {
    expect(visibleText('גרסה 4')).toBe('\u2068גרסה 4\u2069');
    expect(visibleText('نسخة')).toBe('\u2068نسخة\u2069');
  });

  it('is cut visibly between characters, not within one', () => {
    expect(visibleText('x'.repeat(41))).toBe(`${'x'.repeat(39)}…`);
    expect(visibleText('x'.repeat(40))).toBe('x'.repeat(40));
    expect(visibleText('👩\u200d💻'.repeat(6), 5)).toBe(`${'👩\u200d💻'.repeat(4)}…`);
    expect(visibleText('👩\u200d💻'.repeat(5), 5)).toBe('👩\u200d💻'.repeat(5));
  });

  it('is whole, and not isolated, where it stands alone', () => {
    expect(visibleCharacters('x'.repeat(10_000))).toBe('x'.repeat(10_000));
    expect(visibleCharacters('גרסה\u202e')).toBe('גרסה⟨U+202E⟩');
  });

  it('is bounded whatever marks are piled upon it', () => {
    expect(visibleText(`a${'\u0300'.repeat(100_000)}`).length).toBeLessThan(500);
    expect(visibleText('x'.repeat(1_000_000))).toBe(`${'x'.repeat(39)}…`);
  });
});
