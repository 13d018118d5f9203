import type pg from 'pg';
import type { FleetKind } from './fleet-kinds.js';

/** The SHA-256 that finds a group: of all the texts that its people have in common. */
export function digestOfTexts({ texts }: FleetKind): string {
  return `sha256(convert_to(json_build_array(${texts.join()})::text, 'UTF8'))`;
}

/** The condition that the groups of a kind are kept up to date: its first build counts them when it ends. */
export function areCounted({ name }: FleetKind): string {
  return `(select built from fleet_build where kind = '${name}')`;
}

/** The groups as they should be, from the current installations. */
export function countedGroups(kind: FleetKind): string {
  const texts = kind.texts.join();
  return `select ${digestOfTexts(kind)} as digest, ${texts}, count(*)::integer as people from ${kind.current} group by ${texts}`;
}

/** Counts all groups of a kind again. */
export async function recountGroups(client: pg.ClientBase, kind: FleetKind): Promise<void> {
  await client.query(`delete from ${kind.groups}`);
  await client.query(`insert into ${kind.groups} (digest, ${kind.texts.join()}, people) ${countedGroups(kind)}`);
}
