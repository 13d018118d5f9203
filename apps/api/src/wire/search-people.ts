import { z } from '@hono/zod-openapi';
import {
  type Device,
  type FleetMember,
  type FleetOrder,
  type FleetSearch,
  formatInstant,
  type Installation,
} from '@polaris-telemetry/domain';
import { EXAMPLE_IDS } from './audit.js';
import { countWanted, searchParameters } from './page.js';
import { choice, once, repeated, text } from './parameters.js';
import { type PeopleKind, peopleFilter } from './people-filter.js';

const ORDERS = {
  '-since': { by: 'since', direction: 'descending' },
  since: { by: 'since', direction: 'ascending' },
  '-last_seen': { by: 'lastSeen', direction: 'descending' },
  last_seen: { by: 'lastSeen', direction: 'ascending' },
} as const satisfies Record<string, FleetOrder>;

const common = {
  ...searchParameters,
  sort: once(choice('-since', 'since', '-last_seen', 'last_seen'), {
    description:
      'By `since` or by `last_seen`, latest first (`-`) or earliest first; ties by the person’s id, then by product, ascending.',
    example: '-since',
  }).default('-since'),
};

/** The parameters of a search across the people of a kind, and the search they describe, without the place where its page begins. */
export function peopleSearch<D extends Device>(kind: PeopleKind) {
  const { parameters, filterOf } = peopleFilter<D>(kind);
  const ownerId = `${kind.owner}_id`;
  const ids = repeated(text, { description: 'These people.', example: EXAMPLE_IDS[kind.owner] }).optional();
  const schema = z.strictObject({ [ownerId]: ids, ...parameters, ...common });

  function searchOf(query: z.output<typeof schema> & Readonly<Record<string, unknown>>): Omit<FleetSearch<D>, 'after'> {
    const filter = filterOf(query);
    const equal = { ...filter.equal, ownerId: query[ownerId] as readonly string[] | undefined };
    return {
      filter: { ...filter, equal },
      order: ORDERS[query.sort],
      limit: query.page_size,
      ...countWanted(query),
    };
  }

  return { schema, searchOf };
}

/** A member of the fleet as JSON. */
export function showMember<D extends Device>(
  owner: PeopleKind['owner'],
  show: (installation: Installation<D>) => Readonly<Record<string, unknown>>,
  { ownerId, appProduct, since, versionSince, lastSeen, installations, installation }: FleetMember<D>,
) {
  return {
    [`${owner}_id`]: ownerId,
    app_product: appProduct,
    since: formatInstant(since),
    version_since: formatInstant(versionSince),
    last_seen: formatInstant(lastSeen),
    installations,
    installation: show(installation),
  };
}
