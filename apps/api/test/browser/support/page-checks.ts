import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import type { Page, Response } from 'playwright-core';

/** Bytes, compressed. */
export const LARGEST_PAGE = 30_000;

/**
 * Returns what axe finds wrong, a line for each element.
 *
 * @param rules all when absent
 */
export async function axeViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // By the debugger: the page's own policy lets no script in. Once for each page: it is half a megabyte.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe.source);
  const options = JSON.stringify({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
  const { violations } = (await page.evaluate(`axe.run(${options})`)) as axe.AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ''}`));
}

/** Returns how many bytes a page has, compressed, and whether it is its own source: nothing inline. */
export async function sourceOf(response: Response | null) {
  const html = (await response?.body()) ?? Buffer.alloc(0);
  const inline = html.toString().match(/<script|<style|\sstyle="|\son\w+="|javascript:/g) ?? [];
  return { bytes: gzipSync(html).length, inline };
}

/** Returns how many pixels stick out on the right, of the page or of the part of it that holds a table. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(`Math.max(
    document.documentElement.scrollWidth - document.documentElement.clientWidth,
    ...[...document.querySelectorAll('table')].map((table) => {
      const { parentElement: holder } = table;
      const end = holder.getBoundingClientRect().right - parseFloat(getComputedStyle(holder).paddingRight);
      return Math.max(0, Math.round(table.getBoundingClientRect().right - end));
    }))`);
}

/** Numbers what can be reached, so that it is known again. */
const MARK = `[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter((element) => element.checkVisibility() && !element.disabled)
  .map((element, index) => { element.dataset.stop = index; return index + ': ' + element.outerHTML.slice(0, 80); })`;

/** Where the keyboard is, and whether people see it. */
const FOCUSED = `(() => {
  const { activeElement: element } = document;
  if (element === null || element.dataset.stop === undefined) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return { stop: Number(element.dataset.stop), seen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
})()`;

/** Returns what the Tab key does not reach, reaches out of order, or reaches without showing where it is. */
export async function keyboardFaults(page: Page): Promise<string[]> {
  const stops = (await page.evaluate(MARK)) as string[];
  const faults: string[] = [];
  let last = -1;
  // A field for a date has several stops of its own.
  for (let press = 0; last < stops.length - 1 && press < stops.length + 40; press += 1) {
    await page.keyboard.press('Tab');
    const focused = (await page.evaluate(FOCUSED)) as { stop: number; seen: boolean } | null;
    if (focused === null) continue;
    if (focused.stop !== last && focused.stop !== last + 1) faults.push(`out of order: ${stops[focused.stop]}`);
    if (!focused.seen) faults.push(`no outline: ${stops[focused.stop]}`);
    last = focused.stop;
  }
  return [...faults, ...stops.slice(last + 1).map((stop) => `not reached: ${stop}`)];
}
