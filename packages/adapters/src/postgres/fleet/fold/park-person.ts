import type pg from 'pg';
import type { FleetKind } from '../fleet-kinds.js';

/** The `kind` of a `fleet_person` row that marks a person with too much data to read. An erasure removes it too. */
export function parkedKind({ name }: FleetKind): string {
  return `${name} parked`;
}

/** Leaves a person's stored state as it is. The person is retried when a record changes and at every rebuild. */
export async function parkPerson(client: pg.ClientBase, kind: FleetKind, owner: string): Promise<void> {
  await client.query(
    `insert into fleet_person (kind, owner, days, versions) values ($1, $2, '{}', '{}') on conflict do nothing`,
    [parkedKind(kind), owner],
  );
}
