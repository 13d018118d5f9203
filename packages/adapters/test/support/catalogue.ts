import type { DatabaseSettings } from '../../src/index.js';
import { runSql } from './sql.js';

/**
 * Everything PostgreSQL's catalogue says about the relations, columns, defaults, constraints, indexes, sequences,
 * functions, types and comments of the schema `public`, without the numbers that differ from one database to another.
 */
export async function catalogue(settings: DatabaseSettings): Promise<Record<string, unknown>[]> {
  return await runSql(
    settings,
    `select 'relation' as kind, relname::text as name, concat_ws(' ', relkind, relpersistence, relrowsecurity, reloptions::text,
            pg_get_userbyid(relowner), relacl::text, relreplident, obj_description(c.oid, 'pg_class')) as detail
       from pg_class c where relnamespace = 'public'::regnamespace
     union all
     select 'column', attrelid::regclass || '.' || attname, concat_ws(' ', attnum, format_type(atttypid, atttypmod), attnotnull,
            attstorage, attcompression, attcollation::regcollation, pg_get_expr(adbin, adrelid), attoptions::text, attacl::text,
            col_description(attrelid, attnum))
       from pg_attribute join pg_class c on c.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped
     union all
     select 'constraint', conname::text, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
     union all
     select 'index', indexrelid::regclass::text, concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid, indisready, indisunique)
       from pg_index join pg_class c on c.oid = indexrelid where relnamespace = 'public'::regnamespace
     union all
     select 'function', proname::text, pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
     union all
     select 'type', typname::text, typtype::text from pg_type where typnamespace = 'public'::regnamespace
     union all
     select 'trigger', tgname::text, pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = tgrelid
      where relnamespace = 'public'::regnamespace
     union all
     select 'schema', nspname::text, nspacl::text from pg_namespace where nspname !~ '^pg_(toast|temp)'
     order by kind, name, detail`,
  );
}
