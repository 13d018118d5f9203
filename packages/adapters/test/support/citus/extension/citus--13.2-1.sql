-- What the service and its tests use of Citus's catalogue and functions, with Citus's names, columns and messages. Tables
-- stay where they are; what matters is what is refused:
--   https://github.com/citusdata/citus/blob/main/src/backend/distributed/commands/create_distributed_table.c
--   https://github.com/citusdata/citus/blob/main/src/backend/distributed/commands/trigger.c
-- Refusals that are stricter than Citus's own, and so have no words of its, begin with "stub:".
\echo Use "create extension citus" to load this file. \quit

create schema citus;
grant usage on schema citus to public;

create table citus.pg_dist_partition (
  logicalrelid regclass not null primary key,
  partmethod "char" not null,
  partkey text,
  colocationid int not null,
  repmodel "char" not null,
  autoconverted boolean not null
);

create table citus.pg_dist_node (
  nodeid int not null primary key,
  groupid int not null,
  nodename text not null,
  nodeport int not null,
  noderole text not null,
  isactive boolean not null,
  shouldhaveshards boolean not null
);
insert into citus.pg_dist_node values
  (1, 0, 'coordinator', 5432, 'primary', true, false),
  (2, 1, 'worker-1', 5432, 'primary', true, true),
  (3, 2, 'worker-2', 5432, 'primary', true, true);

-- A table cannot be made in pg_catalog, but moved there: Citus does the same.
alter table citus.pg_dist_partition set schema pg_catalog;
alter table citus.pg_dist_node set schema pg_catalog;
grant select on pg_catalog.pg_dist_partition, pg_catalog.pg_dist_node to public;

create sequence citus.colocation;
create sequence citus.trigger_number;

create function pg_catalog.citus_version() returns text language sql immutable
  as $$ select 'Citus 13.2.0, a stand-in for tests' $$;

create function pg_catalog.column_to_column_name(table_name regclass, column_var_text text) returns text
  language sql stable strict as $$
    select attname::text from pg_catalog.pg_attribute
     where attrelid = table_name and attnum = substring(column_var_text from ':varattno (\d+)')::int
  $$;

create function pg_catalog.citus_get_active_worker_nodes(out node_name text, out node_port bigint) returns setof record
  language sql stable as $$
    select nodename, nodeport from pg_catalog.pg_dist_node where groupid > 0 and isactive
  $$;

-- The workers are this server itself. A test gives them another setting than the coordinator's by
-- `alter database … set citus_stub.unsafe_triggers_on_workers = off`.
create function citus.run_on_worker(command text) returns text language plpgsql as $$
declare
  answer text;
begin
  perform set_config('citus.enable_unsafe_triggers',
    coalesce(nullif(current_setting('citus_stub.unsafe_triggers_on_workers', true), ''),
             current_setting('citus.enable_unsafe_triggers')), true);
  execute command into answer;
  return answer;
end $$;

create function citus.run_on_nodes(command text, groups int[]) returns
  table (nodename text, nodeport int, success boolean, result text) language plpgsql as $$
declare
  node record;
  before text := current_setting('citus.enable_unsafe_triggers');
begin
  for node in select n.nodename, n.nodeport, n.groupid from pg_catalog.pg_dist_node n
               where n.groupid = any (groups) order by n.nodeid loop
    nodename := node.nodename;
    nodeport := node.nodeport;
    begin
      if node.groupid = 0 then execute command into result;
      else result := citus.run_on_worker(command);
      end if;
      success := true;
    exception when others then
      success := false;
      result := 'ERROR:  ' || sqlerrm;
    end;
    perform set_config('citus.enable_unsafe_triggers', before, true);
    return next;
  end loop;
end $$;

create function pg_catalog.run_command_on_workers(command text, parallel boolean default true,
  out nodename text, out nodeport int, out success boolean, out result text) returns setof record
  language sql as $$ select * from citus.run_on_nodes(command, '{1,2}') $$;

create function pg_catalog.run_command_on_all_nodes(command text, parallel boolean default true,
  give_warning_for_connection_errors boolean default false,
  out nodeid int, out success boolean, out result text) returns setof record
  language sql as $$
    select n.nodeid, r.success, r.result from citus.run_on_nodes(command, '{0,1,2}') r join pg_catalog.pg_dist_node n using (nodename)
  $$;

create function citus.refuse_constraints(relation regclass, distribution_column text) returns void language plpgsql as $$
declare
  bad regclass;
  relation_name name := (select relname from pg_catalog.pg_class where oid = relation);
begin
  select indexrelid into bad from pg_catalog.pg_index i
   where indrelid = relation and (indisunique or indisexclusion)
     and not exists (select from pg_catalog.pg_attribute a where attrelid = relation and attname = distribution_column
                        and attnum = any ((indkey::int2[])[0:indnkeyatts - 1]));
  if not found then return; end if;
  if exists (select from pg_catalog.pg_constraint where conindid = bad::oid and conrelid = relation) then
    raise exception 'cannot create constraint on "%"', relation_name using errcode = '0A000', detail =
      'Distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints that do not include the partition column (with an equality operator if EXCLUDE).';
  end if;
  raise exception 'creating unique indexes on non-partition columns is currently unsupported' using errcode = '0A000';
end $$;

create function citus.refuse_triggers(relation regclass) returns void language plpgsql as $$
declare
  found_trigger record;
begin
  -- 1: a row trigger, 32: TRUNCATE, as in pg_trigger.tgtype.
  select tgname, tgtype, coalesce(tgnewtable, tgoldtable) is not null as transition into found_trigger
    from pg_catalog.pg_trigger
   where tgrelid = relation and not tgisinternal
     and (tgtype & 1 = 0 or tgnewtable is not null or tgoldtable is not null);
  if not found then return; end if;
  -- Citus makes such a trigger on every shard, where it sees a part of the statement's rows (distributed_triggers.out).
  raise exception 'stub: trigger "%" on distributed table "%" is %', found_trigger.tgname, relation,
    case when found_trigger.tgtype & 32 > 0 then 'a TRUNCATE trigger, which no shard has'
         when found_trigger.transition then 'one with a transition table, which holds the rows of one shard only'
         else 'FOR EACH STATEMENT, which means for each shard' end
    using errcode = '0A000';
end $$;

-- Citus refuses both when it plans the statement.
create function citus.refuse_row() returns trigger language plpgsql as $$
declare
  before text := to_jsonb(old) ->> tg_argv[0];
  after text := to_jsonb(new) ->> tg_argv[0];
begin
  if after is null then
    raise exception 'cannot perform an INSERT with NULL in the partition column' using errcode = '22004';
  end if;
  if tg_op = 'UPDATE' and after is distinct from before then
    raise exception 'modifying the partition value of rows is not allowed' using errcode = '0A000';
  end if;
  return new;
end $$;

-- Citus's own trigger for TRUNCATE on each distributed table, which is internal too; here it only stands there.
create function pg_catalog.citus_truncate_trigger() returns trigger language plpgsql as $$ begin return null; end $$;

create function pg_catalog.create_distributed_table(table_name regclass, distribution_column text,
  distribution_type text default 'hash', colocate_with text default 'default', shard_count int default null)
  returns void language plpgsql security definer as $$
declare
  relation pg_class;
  attribute pg_attribute;
  other pg_dist_partition;
  other_type oid;
  colocation int;
  nulls boolean;
begin
  select * into relation from pg_class where oid = table_name;
  if not pg_has_role(session_user, relation.relowner, 'usage') then
    raise exception 'must be owner of table %', relation.relname using errcode = '42501';
  end if;
  execute format('lock table %s in exclusive mode', table_name);
  if distribution_type <> 'hash' then raise exception 'stub: only hash' using errcode = '0A000'; end if;
  if exists (select from pg_dist_partition where logicalrelid = table_name) then
    raise exception 'table "%" is already distributed', relation.relname using errcode = '42P16';
  end if;
  if relation.relpersistence = 't' then
    raise exception 'cannot distribute a temporary table' using errcode = '0A000';
  end if;
  if relation.relkind <> 'r' then
    raise exception '"%" is not a regular, foreign or partitioned table', relation.relname using errcode = '42809';
  end if;
  select * into attribute from pg_attribute
   where attrelid = table_name and attname = distribution_column and not attisdropped;
  if not found then
    raise exception 'column "%" of relation "%" does not exist', distribution_column, relation.relname using errcode = '42703';
  end if;
  if attribute.attgenerated <> '' then
    raise exception 'cannot distribute relation: %', relation.relname using errcode = '0A000',
      detail = 'Distribution column must not use GENERATED ALWAYS AS (...) STORED.';
  end if;
  if current_setting('citus.enable_unsafe_triggers')::boolean then
    perform citus.refuse_triggers(table_name);
  elsif exists (select from pg_trigger where tgrelid = table_name and not tgisinternal) then
    raise exception 'cannot distribute relation "%" because it has triggers', relation.relname using errcode = '0A000',
      hint = format('Consider dropping all the triggers on "%s" and retry.', relation.relname);
  end if;
  if exists (select from pg_constraint where (conrelid = table_name or confrelid = table_name) and contype = 'f') then
    raise exception 'stub: no foreign keys' using errcode = '0A000';
  end if;
  perform citus.refuse_constraints(table_name, distribution_column);
  if colocate_with in ('default', 'none') then
    colocation := nextval('citus.colocation');
  else
    select * into other from pg_dist_partition where logicalrelid = colocate_with::regclass;
    if not found then
      raise exception 'relation % is not distributed', colocate_with using errcode = '42P16';
    end if;
    select atttypid into other_type from pg_attribute
     where attrelid = other.logicalrelid and attname = column_to_column_name(other.logicalrelid, other.partkey);
    if other_type <> attribute.atttypid then
      raise exception 'cannot colocate tables % and %', colocate_with, relation.relname using errcode = '42P16',
        detail = format('Distribution column types don''t match for %s and %s.', colocate_with, relation.relname);
    end if;
    colocation := other.colocationid;
  end if;
  execute format('select exists (select from %s where %I is null)', table_name, distribution_column) into nulls;
  if nulls then
    raise exception 'the partition column of table % cannot be NULL', relation.relname using errcode = '22004';
  end if;
  execute format('create trigger truncate_trigger_%s after truncate on %s for each statement execute function citus_truncate_trigger()',
    nextval('citus.trigger_number'), table_name);
  execute format('create trigger citus_stub_rows before insert or update on %s for each row execute function citus.refuse_row(%L)',
    table_name, distribution_column);
  update pg_trigger set tgisinternal = true
   where tgrelid = table_name and (tgname ~ '^truncate_trigger_\d+$' or tgname = 'citus_stub_rows');
  insert into pg_dist_partition values (table_name, 'h', format(
    '{VAR :varno 1 :varattno %s :vartype %s :vartypmod %s :varcollid %s :varnullingrels (b) :varlevelsup 0 :varreturningtype 0 :varnosyn 1 :varattnosyn %s :location -1}',
    attribute.attnum, attribute.atttypid, attribute.atttypmod, attribute.attcollation, attribute.attnum), colocation, 's', false);
end $$;

-- Tables stay where they are here, so there is nothing to remove.
create function pg_catalog.truncate_local_data_after_distributing_table(function_name regclass) returns void
  language plpgsql strict as $$
begin
  if not exists (select from pg_dist_partition where logicalrelid = function_name) then
    raise exception 'supplied parameter is not a distributed relation' using errcode = '42P16',
      detail = 'This UDF only truncates local records of distributed tables.';
  end if;
end $$;

-- Every DDL statement on a distributed table goes through Citus; here its outcome is looked at.
create function citus.refuse_ddl() returns event_trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare
  changed record;
  attribute pg_attribute;
begin
  for changed in
    select p.logicalrelid, p.partkey, c.classid = 'pg_trigger'::regclass as is_trigger
      from pg_event_trigger_ddl_commands() c
      join pg_dist_partition p on logicalrelid = case c.classid
        when 'pg_class'::regclass then coalesce((select indrelid from pg_index where indexrelid = c.objid), c.objid)
        when 'pg_trigger'::regclass then (select tgrelid from pg_trigger where oid = c.objid) end
  loop
    -- Citus sends the whole query string to its nodes (worker_data_fetch_protocol.c, and issue 6608 for "execute").
    if current_query() ~ ';\s*\S' and current_query() !~* '^\s*(do|select)\M' then
      raise exception 'cannot execute multiple utility events';
    end if;
    if changed.is_trigger and not current_setting('citus.enable_unsafe_triggers')::boolean then
      raise exception 'triggers are not supported on distributed tables when "citus.enable_unsafe_triggers" is set to "false"';
    end if;
    select * into attribute from pg_attribute
     where attrelid = changed.logicalrelid and attnum = substring(changed.partkey from ':varattno (\d+)')::int;
    if attribute.attisdropped or attribute.atttypid <> substring(changed.partkey from ':vartype (\d+)')::oid then
      raise exception 'cannot execute ALTER TABLE command involving partition column' using errcode = '0A000';
    end if;
    perform citus.refuse_triggers(changed.logicalrelid);
    perform citus.refuse_constraints(changed.logicalrelid, attribute.attname);
  end loop;
end $$;
create event trigger citus_stub_refuse_ddl on ddl_command_end execute function citus.refuse_ddl();

create function citus.forget_dropped() returns event_trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
begin
  delete from pg_dist_partition p using pg_event_trigger_dropped_objects() d
   where d.classid = 'pg_class'::regclass and d.objsubid = 0 and d.objid = p.logicalrelid;
  if exists (select from pg_event_trigger_dropped_objects() d join pg_dist_partition p
               on p.logicalrelid = to_regclass(format('%I.%I', d.address_names[1], d.address_names[2]))
              where d.original and d.object_type = 'trigger')
     and not current_setting('citus.enable_unsafe_triggers')::boolean then
    raise exception 'triggers are not supported on distributed tables when "citus.enable_unsafe_triggers" is set to "false"';
  end if;
end $$;
create event trigger citus_stub_forget_dropped on sql_drop execute function citus.forget_dropped();
