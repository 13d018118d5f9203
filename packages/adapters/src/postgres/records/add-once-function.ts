import { RETRY_WINDOW_SECONDS } from '@polaris-telemetry/domain';

/** The function of a table of records that adds a row unless its retry key was already used. */
export function addOnceFunctionName(table: string): string {
  return `add_${table}_once`;
}

/**
 * Returns the SQL of that function, for a database whose tables of records Citus distributes: `addOnceStatement` would
 * reach several nodes, the function runs on the coordinator and each of its statements on the shard of the owner. `%1$s`
 * is the schema of the tables.
 *
 * The lock, which is the coordinator's, comes first: each statement after it sees what the previous holder committed. Only
 * an expired key of its own is removed; a job removes the others (`run-fold.ts`).
 */
export function addOnceFunction(table: { readonly name: string; readonly columns: object }): string {
  const columns = Object.keys(table.columns);
  return `
    create or replace function %1$s.${addOnceFunctionName(table.name)}(
      new_id bytea, new_lock bigint, new_owner varchar, new_fingerprint bytea, new_values bytea, new_snapshot json,
      new_created timestamp, out locked boolean, out added boolean, out same boolean, out snapshot json)
    language plpgsql set search_path = pg_catalog, pg_temp as $function$
    declare
      expired timestamp := new_created - interval '${RETRY_WINDOW_SECONDS} seconds';
      known record;
      addition %1$s.${table.name};
    begin
      locked := pg_try_advisory_xact_lock(new_lock);
      added := false;
      select key.fingerprint, key.values_fingerprint, key.snapshot into known from %1$s.idempotency_key as key
       where key.id = new_id and key.owner = new_owner and key.created > expired limit 1;
      if found then
        same := known.fingerprint = new_fingerprint
          or coalesce(known.values_fingerprint = sha256(new_values || known.fingerprint), false);
        snapshot := known.snapshot;
      elsif locked then
        delete from %1$s.idempotency_key as key where key.id = new_id and key.owner = new_owner;
        insert into %1$s.idempotency_key (id, kind, owner, fingerprint, values_fingerprint, snapshot, created)
        values (new_id, '${table.name}', new_owner, new_fingerprint, sha256(new_values || new_fingerprint), new_snapshot, new_created);
        addition := json_populate_record(null::%1$s.${table.name}, new_snapshot);
        insert into %1$s.${table.name} (${columns.join(', ')})
        values (${columns.map((column) => `addition.${column}`).join(', ')});
        added := true;
      end if;
    end $function$;`;
}
