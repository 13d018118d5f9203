import { compareText } from '../values/text.js';

/**
 * The version of an app or a system, as far as it can be ordered: Semantic Versioning 2.0.0, section 11, extended to
 * any number of numeric groups and a leading `v`. Numbers stay digits, because they may have any length.
 */
export interface OrderedVersion {
  /** Without leading zeros in a group or trailing groups of zero. */
  readonly groups: readonly string[];
  /** Empty for a release. */
  readonly preRelease: readonly string[];
}

const VERSION = /^[vV]?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[\s\S]*)?$/;
const DIGITS = /^\d+$/;

/** Reads a version. Returns undefined for a text that has no place in the order: it is neither below nor above anything. */
export function parseVersion(text: string): OrderedVersion | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const groups = (match[1] ?? '').split('.').map(withoutLeadingZeros);
  while (groups.at(-1) === '0') groups.pop();
  return { groups, preRelease: match[2]?.split('.') ?? [] };
}

/** Orders versions, oldest first, as `Array.prototype.sort` expects. Versions that differ only in spelling are equal. */
export function compareVersions(left: OrderedVersion, right: OrderedVersion): number {
  const longer = Math.max(left.groups.length, right.groups.length);
  for (let index = 0; index < longer; index++) {
    const order = compareNumbers(left.groups[index] ?? '0', right.groups[index] ?? '0');
    if (order !== 0) return order;
  }
  return comparePreReleases(left.preRelease, right.preRelease);
}

/** Returns the texts, oldest version first; equal versions by bytes, then those without a place in the order, by bytes. */
export function oldestFirst(texts: Iterable<string>): string[] {
  return sorted(texts, 1);
}

/** Returns the texts, newest version first; equal versions by bytes descending, then those without a place in the order, by bytes ascending. */
export function newestFirst(texts: Iterable<string>): string[] {
  return sorted(texts, -1);
}

/** The bounds of a range of versions: at or above `from`, and below `below`. */
export interface VersionRange {
  readonly from?: OrderedVersion | undefined;
  readonly below?: OrderedVersion | undefined;
}

/** Whether a version lies in a range. One without a place in the order (undefined) lies only in the range without bounds. */
export function isWithin(version: OrderedVersion | undefined, { from, below }: VersionRange): boolean {
  if (version === undefined) return from === undefined && below === undefined;
  if (from !== undefined && compareVersions(version, from) < 0) return false;
  return below === undefined || compareVersions(version, below) < 0;
}

function sorted(texts: Iterable<string>, direction: 1 | -1): string[] {
  const parsed = [...texts].map((text) => ({ text, version: parseVersion(text) }));
  parsed.sort((left, right) => {
    if (left.version === undefined || right.version === undefined) {
      if (left.version !== right.version) return left.version === undefined ? 1 : -1;
      return compareText(left.text, right.text);
    }
    return direction * (compareVersions(left.version, right.version) || compareText(left.text, right.text));
  });
  return parsed.map(({ text }) => text);
}

/** SemVer 11.3 and 11.4: a pre-release is below its release, and the shorter of two with the same beginning is below. */
function comparePreReleases(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return Math.sign(right.length - left.length);
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index++) {
    const order = compareIdentifiers(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareIdentifiers(left: string, right: string): number {
  const [leftIsNumber, rightIsNumber] = [DIGITS.test(left), DIGITS.test(right)];
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1;
  if (leftIsNumber) return compareNumbers(withoutLeadingZeros(left), withoutLeadingZeros(right));
  return compareText(left, right);
}

/** Orders whole numbers written without leading zeros. */
function compareNumbers(left: string, right: string): number {
  return left.length - right.length || compareText(left, right);
}

function withoutLeadingZeros(digits: string): string {
  let start = 0;
  while (start < digits.length - 1 && digits[start] === '0') start++;
  return start === 0 ? digits : digits.slice(start);
}
