import type pg from 'pg';
import { effectiveDateSql } from '../../records/effective-date.js';
import { representable } from '../../records/representable-date.js';
import type { FleetKind } from '../fleet-kinds.js';
import { parkedKind } from '../fold/park-person.js';
import { comparePeople } from './differing-people.js';
import type { Compared, KindCheck } from './kind-check.js';

/**
 * Compares the current installations with the records, within the caller's snapshot.
 *
 * @param sample how many people to recompute
 */
export async function checkPeople(
  client: pg.ClientBase,
  kind: FleetKind,
  clock: string,
  sample: number,
): Promise<KindCheck> {
  const { name, current, owner } = kind;
  const settled = (alias: string) =>
    `not exists (select from unsettled u where u.owner is null) and not exists (select from unsettled u where u.owner = ${alias}.${owner})`;
  const { rows } = await client.query<{ expected: number; stored: number }>(
    `with unsettled as materialized (
       select owner from fleet_queue where kind = $1
       union select owner from fleet_person where kind = $1 and due <= $2 or kind = $3
     )
     select (select count(*)::int from (
               select distinct m.${owner}, m.app_product from ${name} m
                where ${isEffective(kind, '$2')}
                  and ${settled('m')}) as people) as expected,
            (select count(*)::int from ${current} c where ${settled('c')}) as stored`,
    [name, clock, parkedKind(kind)],
  );
  const { compared, differing } = await compareRandomPeople(client, kind, clock, sample);
  return { kind: name, unit: 'people', expected: 0, stored: 0, ...rows[0], recomputed: compared, differing };
}

/** The condition that an installation `m` counts at a moment. */
export function isEffective({ firstUsed }: FleetKind, moment: string): string {
  return `${effectiveDateSql(representable(`m.${firstUsed}`), representable('m.created'))} <= ${moment}`;
}

/** Recomputes random people: half of them from the records, half from the stored state. */
export async function compareRandomPeople(
  client: pg.ClientBase,
  kind: FleetKind,
  clock: string,
  sample: number,
): Promise<Compared> {
  const owners = new Set<string>();
  for (const all of [
    `(select distinct ${kind.owner} as owner from ${kind.name}) as people`,
    `(select ${kind.owner} as owner from ${kind.current}) as stored`,
  ]) {
    const { rows } = await client.query<{ owner: string }>(`select owner from ${all} order by random() limit $1`, [
      Math.ceil(sample / 2),
    ]);
    for (const { owner } of rows) owners.add(owner);
  }
  return comparePeople(client, kind, [...owners], clock);
}
