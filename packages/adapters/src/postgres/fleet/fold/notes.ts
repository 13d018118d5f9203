import type pg from 'pg';

/** A note that someone's records have changed. */
export interface Note {
  readonly kind: string;
  /** Null: all owners. */
  readonly owner: string | null;
}

/** How many notes to look through at once: each write leaves one, and a busy owner's are many. */
const MOST_NOTES = 20_000;

/** The people noted, each once, and whether there may be more of them. */
export interface TakenNotes {
  readonly notes: readonly Note[];
  readonly more: boolean;
}

/**
 * Takes notes off the queue, the oldest first, until there are so many people or no notes left.
 *
 * @param waiting kinds whose owners' notes stay
 */
export async function takeNotes(
  client: pg.ClientBase,
  mostPeople: number,
  waiting: readonly string[],
): Promise<TakenNotes> {
  const taken = new Map<string, Note>();
  for (;;) {
    const { rows } = await client.query<Note & { read: number }>(OLDEST, [MOST_NOTES, mostPeople, waiting]);
    for (const { kind, owner } of rows) taken.set(owner === null ? kind : `${kind} ${owner}`, { kind, owner });
    const more = taken.size >= mostPeople;
    if (more || (rows[0]?.read ?? 0) < MOST_NOTES) return { notes: [...taken.values()], more };
  }
}

/**
 * Takes the notes of the first people in a part of the queue, and says how long that part was.
 *
 * It joins nothing: the queue is usually empty when PostgreSQL analyses it, so a join would compare each note with each person.
 */
const OLDEST = `
  with part as materialized (
    select id, kind, owner, ctid as place from fleet_queue where owner is null or kind <> all ($3::varchar[]) order by id limit $1
  ), people as materialized (
    select kind, owner, min(id) as oldest, array_agg(place) as places from part group by kind, owner order by oldest limit $2
  ), taken as (
    delete from fleet_queue where ctid = any (array(select unnest(places) from people))
  )
  select kind, owner, (select count(*)::integer from part) as read from people order by oldest`;

/** Puts notes back whose people have to wait for the next step. */
export async function putBack(client: pg.ClientBase, notes: readonly Note[]): Promise<void> {
  if (notes.length === 0) return;
  await client.query('insert into fleet_queue (kind, owner) select * from unnest($1::varchar[], $2::varchar[])', [
    notes.map(({ kind }) => kind),
    notes.map(({ owner }) => owner),
  ]);
}
