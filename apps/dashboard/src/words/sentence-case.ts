/** Returns a text that begins with a capital letter, for the beginning of a sentence or a heading. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
