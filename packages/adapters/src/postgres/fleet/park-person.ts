import type pg from 'pg';
import type { FleetKind } from './fleet-kinds.js';

/** The `kind` of a row of `fleet_person` that says: this person has too much to be read. An erasure takes it along. */
export function parkedKind({ name }: FleetKind): string {
  return `${name} parked`;
}

/** Leaves a person's stored state as it is. The person is tried again when a record changes and when all is built again. */
export async function parkPerson(client: pg.ClientBase, kind: FleetKind, owner: string): Promise<void> {
  await client.query(
    `insert into fleet_person (kind, owner, days, versions) values ($1, $2, '{}', '{}') on conflict do nothing`,
    [parkedKind(kind), owner],
  );
}
