import type pg from 'pg';
import { isDistributed } from '../../connections/distribution.js';
import { INDEXED } from '../../records/indexed-text.js';
import type { FleetKind } from '../fleet-kinds.js';
import type { Person } from '../fold/derive-people.js';

/** A person's current installations and changes, as stored. */
export interface StoredPerson {
  readonly current: readonly string[];
  readonly changes: readonly StoredChange[];
  readonly due: string | null;
}

/** Day, SHA-256 of the product, kind of version, SHA-256 of the version, people. */
export type StoredChange = readonly [string, string, string, string, number];

/** The version whose number a current installation has. */
const VERSION_OF_CURRENT = `
  select from fleet_version v join fleet_product p on p.id = v.product
   where v.id = c.version and p.digest = sha256(convert_to(c.app_product, 'UTF8'))
     and (v.kind_of_version = 'other' or v.digest = sha256(convert_to(c.app_version, 'UTF8')))`;

/** @param people those of the owners who have records, as recomputed from them */
export async function readStoredPeople(
  client: pg.ClientBase,
  { name, current, owner, columns, systemVersion }: FleetKind,
  owners: readonly string[],
  people: ReadonlyMap<string, Person>,
): Promise<ReadonlyMap<string, StoredPerson>> {
  let records: string = name;
  const values: unknown[] = [name, owners];
  if (isDistributed(client)) {
    values.push([...people.values()].flatMap((person) => person.current.map(({ history }) => history.place)));
    records = `(select record.* from unnest($3::json[]) as each (place) cross join lateral json_populate_record(null::${current}, place) as record)`;
  }
  const copied = columns.map((column) => `c.${column}`).join();
  const recorded = columns.map((column) => `m.${column}`).join();
  const { rows } = await client.query<StoredPerson & { owner: string }>(
    `select owner,
            coalesce((select json_agg(concat_ws(' ', c.uuid, c.since::text, c.version_since::text, c.last_seen::text, c.installations, c.clock_suspect,
                                                case when (${copied}, c.system) is distinct from (${recorded}, left(m.${systemVersion}, ${INDEXED})) then 'copied wrongly' end,
                                                case when not exists (${VERSION_OF_CURRENT}) then 'of another version' end) order by c.uuid collate "C")
               from ${current} c left join ${records} m on m.uuid = c.uuid where c.${owner} = owner), '[]') as current,
            coalesce((select json_agg(json_build_array(change.day::text, encode(p.digest, 'hex'), v.kind_of_version, encode(v.digest, 'hex'), sign(change.version)) order by change.number)
               from fleet_person s cross join unnest(s.versions, s.days) with ordinality as change (version, day, number)
               left join fleet_version v on v.id = abs(change.version) left join fleet_product p on p.id = v.product
              where s.kind = $1 and s.owner = wanted.owner), '[]') as changes,
            (select due from fleet_person s where s.kind = $1 and s.owner = wanted.owner) as due
       from unnest($2::varchar[]) as wanted (owner)`,
    values,
  );
  return new Map(rows.map((row) => [row.owner, row]));
}
