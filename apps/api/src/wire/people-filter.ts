import type {
  Device,
  FleetFilter,
  Instant,
  InstantRange,
  OrderedVersion,
  VersionRange,
} from '@polaris-telemetry/domain';
import type { z } from 'zod';
import { camelCase } from './case.js';
import { examplesOf } from './fields.js';
import { instant, once, repeated, text, version } from './parameters.js';

/** People who run an app on a kind of device, by what can be searched. */
export interface PeopleKind {
  readonly owner: 'patient' | 'clinician';
  /** Every field of an installation, with its example. */
  readonly fields: Readonly<Record<string, z.ZodType>>;
  /** Fields that are compared. */
  readonly searchable: readonly string[];
  /** Those of them that are versions. */
  readonly versions: readonly string[];
}

/** Parsed parameters that select people. */
type Parsed = Readonly<Record<string, unknown>>;

/** What a query string may say about the people to find, except who they are. */
export interface PeopleFilter<D extends Device> {
  readonly parameters: Readonly<Record<string, z.ZodType>>;
  readonly filterOf: (query: Parsed) => FleetFilter<D>;
}

/** Returns the filter for a kind of people. */
export function peopleFilter<D extends Device>({ fields, searchable, versions }: PeopleKind): PeopleFilter<D> {
  const examples = examplesOf(fields);
  return {
    parameters: {
      ...Object.fromEntries(
        searchable.map((name) => [
          name,
          repeated(text, {
            description: `People whose current installation has any of these, exactly.`,
            example: examples[name] ?? '',
          }).optional(),
        ]),
      ),
      ...Object.fromEntries(
        versions.flatMap((name) => [
          [
            `${name}_from`,
            once(version, {
              description: `\`${name}\` is this version or a later one. Texts that are not versions have no place in the order, nor have those beyond 10,000 different ones.`,
              example: examples[name] ?? '',
            }).optional(),
          ],
          [
            `${name}_below`,
            once(version, {
              description: `\`${name}\` is a version below this one.`,
              example: examples[name] ?? '',
            }).optional(),
          ],
        ]),
      ),
      ...INSTANTS,
    },
    // The assertions rely on the query having been parsed by these parameters.
    filterOf: (query) => ({
      equal: Object.fromEntries(searchable.map((name) => [camelCase(name), query[name]])) as FleetFilter<D>['equal'],
      versions: Object.fromEntries(
        versions.map((name) => [camelCase(name), versionRange(query[`${name}_from`], query[`${name}_below`])]),
      ) as FleetFilter<D>['versions'],
      since: instantRange(query['since_from'], query['since_before']),
      lastSeen: instantRange(query['last_seen_from'], query['last_seen_before']),
    }),
  };
}

const INSTANTS = {
  since_from: once(instant, {
    description: 'The current installation became effective at this instant or later.',
    example: '2026-01-01T00:00:00Z',
  }).optional(),
  since_before: once(instant, {
    description: 'It became effective before this instant.',
    example: '2026-02-01T00:00:00Z',
  }).optional(),
  last_seen_from: once(instant, {
    description: 'The last change of the person’s installations of the product was at this instant or later.',
    example: '2026-01-01T00:00:00Z',
  }).optional(),
  last_seen_before: once(instant, {
    description: 'The last change of them was before this instant.',
    example: '2026-02-01T00:00:00Z',
  }).optional(),
};

function versionRange(from: unknown, below: unknown): VersionRange | undefined {
  if (from === undefined && below === undefined) return undefined;
  return { from: from as OrderedVersion | undefined, below: below as OrderedVersion | undefined };
}

function instantRange(from: unknown, before: unknown): InstantRange {
  return { from: from as Instant | undefined, before: before as Instant | undefined };
}
