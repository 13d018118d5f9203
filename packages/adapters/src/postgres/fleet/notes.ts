import type pg from 'pg';

/** A note that someone's records have changed. */
export interface Note {
  readonly kind: string;
  /** Null: all owners. */
  readonly owner: string | null;
}

/** How many notes one step takes: each write leaves one, and a busy owner's are many. */
const MOST_NOTES = 20_000;

/** The people noted, each once, and whether there may be more. */
export interface TakenNotes {
  readonly notes: readonly Note[];
  readonly more: boolean;
}

/** Takes the oldest notes off the queue, for a limited number of people, along with those people's later notes. */
export async function takeNotes(client: pg.ClientBase, mostPeople: number): Promise<TakenNotes> {
  const { rows } = await client.query<Note & { read: number }>(
    `with first as materialized (
       select id, kind, owner, min(id) over (partition by kind, owner) as oldest
         from (select id, kind, owner from fleet_queue order by id limit $1) as queue
     ), people as materialized (
       select id, kind, owner from first where id = oldest order by id limit $2
     ), taken as (
       delete from fleet_queue where id = any (array(select id from first where oldest in (select id from people)))
     )
     select kind, owner, (select count(*)::integer from first) as read from people order by id`,
    [MOST_NOTES, mostPeople],
  );
  return { notes: rows, more: rows.length === mostPeople || rows[0]?.read === MOST_NOTES };
}

/** Puts notes back whose people have to wait for the next step. */
export async function putBack(client: pg.ClientBase, notes: readonly Note[]): Promise<void> {
  if (notes.length === 0) return;
  await client.query('insert into fleet_queue (kind, owner) select * from unnest($1::varchar[], $2::varchar[])', [
    notes.map(({ kind }) => kind),
    notes.map(({ owner }) => owner),
  ]);
}
