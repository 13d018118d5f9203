import type { Access } from '@polaris-telemetry/client';
import { operationName } from '../words/operations.js';

/** What a person did at once: a page of the dashboard asks the API several times. */
export interface Activity {
  readonly at: string;
  readonly actor: string;
  readonly personId: string | null;
  /** What people call what was looked at. */
  readonly names: readonly string[];
  /** What was searched for, if it was about no single person. */
  readonly queries: readonly string[];
  /** The worst HTTP status of the answers. */
  readonly status: number;
}

/** Joins neighbours of one actor, one person and one request id. */
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

/** What was searched for, without what only says how it was shown. */
function searchOf(query: string | null): string[] {
  const parts = query?.split('&').filter((part) => !/^(total|page_size|sort)=/.test(part)) ?? [];
  return parts.length === 0 ? [] : [parts.join('&')];
}
