import type { Access } from '@polaris-telemetry/client';
import { operationName } from '../words/operations.js';

/** The accesses of one page view: a page of the dashboard calls the API several times. */
export interface Activity {
  readonly at: string;
  readonly actor: string;
  readonly personId: string | null;
  /** The names of the operations, in words for the page. */
  readonly names: readonly string[];
  /** The search terms, if no single person was concerned. */
  readonly queries: readonly string[];
  /** The worst HTTP status of the answers. */
  readonly status: number;
}

/** Groups consecutive accesses with the same actor, person and request id. */
export function activitiesOf(accesses: readonly Access[]): Activity[] {
  const groups: Access[][] = [];
  for (const access of accesses) {
    const group = groups.at(-1);
    if (group !== undefined && isOneActivity(group[0], access)) group.push(access);
    else groups.push([access]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return {
      at: first.at,
      actor: first.actor,
      personId: first.person_id,
      names: [...new Set(group.map(({ operation, status }) => operationName(operation, status)))],
      queries: [...new Set(group.flatMap(({ person_id, query }) => (person_id === null ? searchOf(query) : [])))],
      status: Math.max(...group.map(({ status }) => status)),
    };
  });
}

function isOneActivity(one: Access | undefined, other: Access): boolean {
  return one?.request_id === other.request_id && one.actor === other.actor && one.person_id === other.person_id;
}

/** Returns the search terms without the parameters that only control the display. */
function searchOf(query: string | null): string[] {
  const parts = query?.split('&').filter((part) => !/^(total|page_size|sort)=/.test(part)) ?? [];
  return parts.length === 0 ? [] : [parts.join('&')];
}
