import { visibleText } from '../../words/visible-text.js';
import { deviceOf, effectiveDateOf, type Installation } from './installation.js';
import type { Known } from './known.js';

/** One installation in time. */
export interface Lane {
  readonly name: string;
  /** The versions that ran, each with its beginning and end, oldest first. */
  readonly spans: readonly { readonly version: string; readonly from: number; readonly to: number }[];
  /** When its record was changed. */
  readonly changes: readonly number[];
}

const LONGEST_NAME = 18;

/**
 * Returns each installation from its first use until the next one of its product, in milliseconds since 1970.
 *
 * @param installations latest first
 * @param now the end of those that still run
 */
export function lanesOf(installations: readonly Known<Installation>[], now: number): Lane[] {
  return installations.map(({ record, revisions }, index) => {
    const next = installations
      .slice(0, index)
      .findLast(({ record: { app_product: product } }) => product === record.app_product);
    const from = instantOf(record);
    const to = next === undefined ? now : Math.max(from, instantOf(next.record));
    const states = revisions.toReversed();
    const versions = [
      { version: (states[0]?.record ?? record).app_version, from },
      ...states.slice(1).map(({ at, record: { app_version } }) => ({ version: app_version, from: Date.parse(at) })),
    ].filter(({ version }, place, all) => version !== all[place - 1]?.version);
    const spans = versions
      .map((span, place) => ({ ...span, to: Math.min(to, versions[place + 1]?.from ?? to) }))
      .map((span) => ({ ...span, from: Math.min(Math.max(from, span.from), span.to) }));
    return {
      name: nameOf(
        record,
        spans.map(({ version }) => version),
      ),
      spans,
      changes: states.slice(1).map(({ at }) => Date.parse(at)),
    };
  });
}

/** Such as `GDM 4.1.0, 4.2.0 on iPhone 13`: the version stands beside the colour. */
function nameOf(record: Installation, versions: readonly string[]): string {
  const [first = '', ...others] = versions.map((version) => visibleText(version, LONGEST_NAME));
  const ran = others.length > 1 ? `${first} … ${others.at(-1)}` : [first, ...others].join(', ');
  return `${visibleText(record.app_product, LONGEST_NAME)} ${ran} on ${visibleText(deviceOf(record), LONGEST_NAME)}`;
}

function instantOf(installation: Installation): number {
  return Date.parse(effectiveDateOf(installation));
}
