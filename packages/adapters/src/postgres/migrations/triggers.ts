import { RECORD_TABLE_NAMES } from '../tables.js';

/** Triggers of one table that belong together: all of them are there, or none. */
export interface TriggerDefinition {
  readonly name: string;
  readonly table: string;
  /** By the trigger's name: what follows `create trigger NAME`. `%1$s` is the schema of the tables. */
  readonly triggers: Readonly<Record<string, string>>;
  /** Statements in the same transaction, while no other transaction can write to the table. */
  readonly alongside?: readonly string[];
}

/**
 * Keep overwritten states. `*<>` compares rows byte by byte. It works for every type, even one without `=`, which an
 * added column may have.
 */
const REVISIONS: readonly TriggerDefinition[] = RECORD_TABLE_NAMES.map((table) => ({
  name: `${table}_revision`,
  table,
  triggers: {
    '0_polaris_revision_update': `after update on ${table} for each row when (old.* *<> new.*) execute function keep_${table}_revision()`,
    '0_polaris_revision_delete': `after delete on ${table} for each row execute function keep_${table}_revision()`,
    '0_polaris_revision_truncate': `after truncate on ${table} for each statement execute function keep_${table}_revision()`,
  },
  alongside: [startRevisions(table)],
}));

/** Note for the fold whose records have changed; at first, everyone's. */
const FLEET: readonly TriggerDefinition[] = RECORD_TABLE_NAMES.map((table) => {
  const note = `for each statement execute function note_${table}_owners()`;
  return {
    name: `${table}_fleet`,
    table,
    triggers: {
      '0_polaris_fleet_insert': `after insert on ${table} referencing new table as new_rows ${note}`,
      '0_polaris_fleet_update': `after update on ${table} referencing old table as old_rows new table as new_rows ${note}`,
      '0_polaris_fleet_delete': `after delete on ${table} referencing old table as old_rows ${note}`,
      '0_polaris_fleet_truncate': `after truncate on ${table} ${note}`,
    },
    alongside: [noteEveryone(table)],
  };
});

/**
 * The required triggers. A trigger with a new definition gets a new name: one with an existing name is never checked
 * again.
 *
 * Their names begin with a digit, because triggers fire in the order of their names: another trigger that changes the row
 * must fire after ours, or the order of the revisions would be wrong.
 */
export const TRIGGERS: readonly TriggerDefinition[] = [...REVISIONS, ...FLEET];

/** Remembers since when the revisions of a table are complete. Two statements, because Citus distributes one of the tables. */
export function startRevisions(table: string): string {
  return `
    do $$ begin
      perform from ${table} limit 1;
      insert into revision_start values ('${table}', clock_timestamp() at time zone 'UTC', found)
        on conflict (table_name) do update set started = excluded.started, had_rows = excluded.had_rows;
    end $$`;
}

/** Has the fold look at everyone's records of a table. */
export function noteEveryone(table: string): string {
  return `insert into fleet_queue (kind, owner) values ('${table}', null)`;
}
