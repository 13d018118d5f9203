import { INSTALLATION_TABLES, RECORD_TABLES } from '../tables.js';
import { FLEET_NOTE } from './distributed-tables.js';

/** What the functions need to know about a table of records. */
interface Table {
  readonly name: string;
  readonly owner: string;
  readonly columns: Readonly<Record<string, unknown>>;
}

/**
 * The functions of the row triggers on distributed tables. Citus runs them on the node of the row, where they reach the
 * rows of the same owner: each statement names the owner of the row, as `distributed_triggers.sql` among Citus's own tests
 * does. Volatile values and those of other tables go into variables first.
 *
 * `%1$s` is the schema of the tables, quoted where it has to be. Every name carries it or is PostgreSQL's own, so that
 * nothing in the caller's search path takes part.
 */
export const ROW_FUNCTIONS: readonly FunctionDefinition[] = RECORD_TABLES.flatMap((table) => [
  trigger(keepFunctionOf(table.name), keepRevision(table)),
  trigger(noteFunctionOf(table.name), noteOwner(table)),
]);

/** A function, and the statements that create it. */
export interface FunctionDefinition {
  /** Its name, with the types of its parameters where another could have the same. */
  readonly signature: string;
  readonly statements: readonly string[];
}

export function keepFunctionOf(table: string): string {
  return `keep_${table}_revision_of_owner`;
}

export function noteFunctionOf(table: string): string {
  return `note_${table}_owner`;
}

/** Runs as the owner of the tables: who may change a record need not have rights on its revisions. */
function trigger(name: string, body: string): FunctionDefinition {
  const signature = `%1$s.${name}()`;
  return {
    signature,
    statements: [
      `create or replace function ${signature} returns trigger
       language plpgsql security definer set search_path = pg_catalog, pg_temp as $function$
       ${body}
       $function$`,
      `revoke all on function ${signature} from public`,
    ],
  };
}

/**
 * Keeps the overwritten state by the rules of migrations 0003 and 0012, with two exceptions: Citus lets no record change
 * its owner; and `polaris.erasing` does not reach the nodes, so a change that only replaces names by `erased` keeps
 * nothing.
 */
function keepRevision({ name, owner, columns: all }: Table): string {
  const kept = `%1$s.${name}_revision`;
  const columns = Object.keys(all).filter((column) => column !== 'uuid');
  const hasPassing = INSTALLATION_TABLES.some((each) => each.name === name);
  return `
    declare
      renamed record;
      last_number integer;
      moment timestamp := clock_timestamp() at time zone 'UTC';
      ${hasPassing ? 'is_passing boolean;' : ''}
    begin
      if tg_op = 'DELETE' then
        delete from ${kept} where ${owner} = old.${owner} and uuid = old.uuid;
        return null;
      end if;
      if new.created_by_ in (old.created_by_, 'erased') and new.modified_by_ in (old.modified_by_, 'erased') then
        renamed := old;
        renamed.created_by_ := new.created_by_;
        renamed.modified_by_ := new.modified_by_;
        if renamed *= new then
          return null;
        end if;
      end if;
      if new.uuid <> old.uuid then
        update ${kept} set uuid = new.uuid where ${owner} = new.${owner} and uuid = old.uuid;
      end if;
      select number into last_number from ${kept}
       where ${owner} = new.${owner} and uuid = new.uuid order by number desc limit 1;
      ${
        hasPassing
          ? `is_passing := last_number is not null
        and new.modified::date = old.modified::date and new.app_version <> old.app_version;`
          : ''
      }
      insert into ${kept} (uuid, number, replaced, ${hasPassing ? 'passing, ' : ''}${columns.join(', ')})
      values (
        new.uuid, coalesce(last_number, 0) + 1, moment, ${hasPassing ? 'is_passing, ' : ''}
        ${columns.map((column) => `old.${column}`).join(', ')}
      );
      return null;
    end`;
}

/** Notes for the fold whose record has changed. */
function noteOwner({ name, owner }: Table): string {
  const note = `insert into %1$s.${FLEET_NOTE} (kind, owner)`;
  return `
    begin
      if tg_op = 'DELETE' then
        ${note} values ('${name}', old.${owner});
      else
        ${note} values ('${name}', new.${owner});
      end if;
      return null;
    end`;
}
