/**
 * Returns whether a person typed an id exactly. Only its line breaks may be written in another way: browsers send them
 * all as CR LF.
 */
export function isTyped(id: string, typed: string): boolean {
  return withLineFeeds(typed) === withLineFeeds(id);
}

/** Whether a single-line field would lose part of the id. */
export function needsLines(id: string): boolean {
  return /[\r\n]/.test(id);
}

function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
