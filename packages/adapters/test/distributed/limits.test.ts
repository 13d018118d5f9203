import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../support/citus/limits/catalogue.js';
import { checkFunction, checkText } from '../support/citus/limits/check-function.js';
import { checkStatement } from '../support/citus/limits/check-statement.js';
import { LIMITS, type LimitName } from '../support/citus/limits/limits.js';

const CATALOGUE: Catalogue = {
  tables: {
    phone: { columns: ['uuid', 'owner', 'model', 'used'], owner: 'owner' },
    desk: { columns: ['uuid', 'person', 'model'], owner: 'person' },
    queue: { columns: ['kind', 'owner'] },
  },
  volatile: ['random', 'clock_timestamp', 'set_config', 'keep'],
  stable: ['now', 'to_char'],
  own: ['keep'],
};

/** Of each limit, statements that break it and no other. */
const BROKEN: [LimitName, readonly string[]][] = [
  [
    'mixed',
    [
      'select from phone, queue where phone.owner = $1',
      'insert into queue select $2, owner from phone where owner = $1',
      'delete from queue where owner in (select owner from phone)',
      'with q as (select kind from queue) select uuid, kind from phone, q',
    ],
  ],
  ['systemColumn', ['select ctid from phone where owner = $1', 'select phone.xmin from phone']],
  [
    'session',
    [
      'select pg_advisory_xact_lock(1) from phone where owner = $1',
      `select uuid from phone where owner = current_setting('a')`,
    ],
  ],
  ['ownFunction', ['select keep(uuid) from phone where owner = $1']],
  ['merge', ['merge into phone using desk on phone.owner = desk.person and phone.owner = $1 when matched then delete']],
  [
    'insertSelect',
    [
      'insert into phone (uuid, owner) select uuid, person from desk where person = $1',
      'insert into phone (uuid, owner) select * from unnest($1::text[], $2::text[])',
    ],
  ],
  ['insertSubquery', ['insert into phone (uuid, owner) values ((select max(uuid) from phone where owner = $1), $1)']],
  [
    'insertOwner',
    ['insert into phone (uuid) values ($1)', 'insert into phone (uuid, owner) values ($1, default), ($2, $3)'],
  ],
  [
    'changedOwner',
    [
      'update phone set owner = $2 where owner = $1',
      'insert into phone (uuid, owner) values ($1, $2) on conflict (uuid, owner) do update set owner = $2',
    ],
  ],
  [
    'volatile',
    [
      'update phone set used = clock_timestamp() where owner = $1',
      `delete from phone where owner = $1 and random() < 0.5`,
      'with s as (select clock_timestamp() as t) update phone set used = s.t from s where owner = $1',
    ],
  ],
  ['stableOfColumn', [`update phone set model = to_char(used, 'YYYY') where owner = $1`]],
  ['conditional', ['update phone set used = coalesce($2, now()) where owner = $1']],
  [
    'conflict',
    ['insert into phone (uuid, owner) values ($1, $2) on conflict (uuid, owner) do update set used = now()'],
  ],
  [
    'returning',
    [
      'delete from phone where owner = $1 returning clock_timestamp()',
      'insert into phone (uuid, owner) values ($1, $2) returning current_timestamp',
    ],
  ],
  ['insertInWith', ['with n as (insert into phone (uuid, owner) values ($1, $2) returning uuid) select uuid from n']],
  [
    'changeInWith',
    [
      'with d as (delete from phone returning uuid) select uuid from d',
      'with d as (select $1::text as m) update phone set model = $1',
    ],
  ],
  [
    'changeJoin',
    [
      'update phone set model = n from unnest($1::text[], $2::text[]) as u (o, n) where phone.owner = u.o',
      'delete from phone using desk where phone.uuid = desk.uuid',
    ],
  ],
  [
    'changeSubquery',
    [
      'delete from phone where uuid in (select uuid from desk)',
      'delete from phone where exists (select from desk where desk.uuid = phone.uuid)',
      'delete from phone where owner in (select unnest($1::text[]))',
    ],
  ],
  [
    'join',
    [
      'select from phone, desk',
      'select from phone join desk using (uuid)',
      'select from phone join desk on owner < person',
      'select from phone left join desk on owner = person and true or false',
    ],
  ],
  [
    'outerJoin',
    [
      'select from unnest($1::text[]) as u (o) left join phone on phone.owner = u.o',
      'select from phone right join (values (1)) as v (n) on true',
      'with c as (select person from desk limit 9) select from c left join phone on phone.owner = c.person',
    ],
  ],
  [
    'lateral',
    [
      'select from unnest($1::text[]) as u (o) cross join lateral (select uuid from phone where phone.owner = u.o) as l',
      'select from phone cross join lateral (select from desk where desk.uuid = phone.uuid) as l',
      'select from phone, lateral (select from desk where person = owner union all select from desk) as l',
    ],
  ],
  [
    'correlated',
    [
      'select from phone where exists (select from desk where desk.uuid = phone.uuid)',
      'select (select d.model from desk d where d.model = p.model) from phone p',
    ],
  ],
  [
    'correlatedWith',
    [
      'select (with d as (select 1) select d.model from desk d where d.person = p.owner) from phone p',
      'select from phone p where exists (select from desk where person = p.owner except select from desk where person = p.owner)',
    ],
  ],
  ['tableFunction', ['select uuid from phone, to_char($1, $2) as t (n)']],
  ['recursive', ['with recursive r as (select 1 as n union all select n + 1 from r) select uuid from phone']],
  ['lockRows', ['select uuid from phone for update']],
  ['groupingSets', ['select owner, count(*) from phone group by rollup (owner)']],
  ['sample', ['select uuid from phone tablesample system (1)']],
];

/** What Citus takes. */
const TAKEN: readonly string[] = [
  'select uuid from phone where uuid = $1 and owner = $2',
  'select uuid from phone p where p.owner = $1::text order by used desc limit 1 for update',
  'select p.uuid from phone p join desk d on d.person = p.owner where p.owner = $1',
  `select (select count(*) from desk d where d.person = $1 and d.uuid = p.uuid limit 1) from phone p where p.owner = $1`,
  'update phone p set model = d.model from desk d where (p.owner, d.person) = ($1, $1) and d.uuid = p.uuid',
  'update phone set model = $1, used = now() where uuid = $2 and owner = $3 returning uuid, model',
  'insert into phone (owner, uuid, used) values ($1, $2, clock_timestamp()) on conflict do nothing returning uuid',
  `insert into phone values ($1, 'ann', $2, null), ($3, 'bob', $4, null)`,
  'delete from phone where used < $1 returning owner',
  'delete from phone where owner = any($1)',
  'delete from phone where owner in (select person from desk where model = $1)',
  'delete from phone where exists (select from desk where desk.person = phone.owner and desk.model = $1)',
  'delete from phone using desk where phone.owner = desk.person and desk.model = $1',
  'select owner, count(*), max(used) from phone where owner = any($1) group by owner order by 2 limit 10',
  'select * from phone join desk on owner = person and phone.model = desk.model',
  'select * from phone left join desk on owner = person',
  'select * from phone where exists (select from desk where person = owner)',
  'select uuid, row_number() over (partition by owner) from phone union all select uuid, 0 from desk',
  'with latest as (select owner, max(used) as used from phone group by owner limit 5) select * from latest join phone using (owner)',
  'select p.uuid from unnest($1::text[]) as u (o) join phone p on p.owner = u.o',
  'select uuid from phone where model in (select model from desk)',
  'select (select count(*) from desk where person = owner) from phone',
  'select (select d.model from desk d where d.person = p.owner order by d.uuid limit 1) from phone p',
  'select from phone cross join lateral (select max(uuid) from desk where person = owner) as l',
  'select (select max(n) from unnest(array[phone.model]) as u (n)) from phone',
  'select a from phone, unnest(array[model, uuid]) as l (a)',
  'select count(*) from queue where owner = $1 for update skip locked',
  `with recursive r as (select 1 as n union all select n + 1 from r) select n from r`,
  'begin',
  'truncate phone, queue',
  'create index concurrently on phone (model)',
];

describe('the limits of Citus', () => {
  it.each(BROKEN)('%s', (limit, statements) => {
    for (const statement of statements)
      expect([statement, checkStatement(statement, CATALOGUE)]).toEqual([statement, [limit]]);
  });

  it.each(TAKEN)('take %s', (statement) => {
    expect(checkStatement(statement, CATALOGUE)).toEqual([]);
  });

  it.each([
    ['explain (analyze) '],
    ['declare c no scroll cursor for '],
    ['copy (', ') to stdout'],
    ['create temp table t as '],
    ['begin; '],
  ])('hold for a query inside of %s', (before, after = '') => {
    expect(checkStatement(`${before}select ctid from phone${after}`, CATALOGUE)).toEqual(['systemColumn']);
  });

  it('are all tried above, or as those of functions', () => {
    const tried = [...BROKEN.map(([limit]) => limit), 'triggerTable', 'triggerOwner', 'dynamic', 'sqlFunction'];
    expect(tried.toSorted()).toEqual(Object.keys(LIMITS).toSorted());
  });
});

describe('the limits of Citus on functions', () => {
  const inFunction = (body: string) => `create function f(a text) returns void language plpgsql as $$ ${body} $$`;
  const inTrigger = (body: string) => `create function f() returns trigger language plpgsql as $$ ${body} $$`;
  const row = { owners: ['new.owner', 'old.owner'] };

  it('hold for each statement, expression and condition', () => {
    const body = `
      declare n int := (select count(*) from phone, queue where phone.owner = a);
      begin
        if exists (select from phone where ctid is null and owner = a) then return; end if;
        n := (select count(*) from phone for update);
        for n in select 1 from phone, queue where phone.owner = a loop
          delete from phone where random() < 1;
        end loop;
        perform count(*) from phone where owner = a;
      end`;
    expect(checkFunction(inFunction(body), CATALOGUE).map(({ limits }) => limits)).toEqual([
      ['mixed'],
      ['systemColumn'],
      ['lockRows'],
      ['volatile'],
      ['mixed'],
    ]);
  });

  it('hold for a block that is sent', () => {
    const block = `do $$ begin lock table phone; delete from phone where random() < 1; end $$`;
    expect(checkText(`begin; ${block}`, CATALOGUE)).toEqual(['volatile']);
  });

  it('forbid statements that are only made when the function runs', () => {
    const body = `begin execute 'delete from phone'; end`;
    expect(checkFunction(inFunction(body), CATALOGUE)).toMatchObject([{ limits: ['dynamic'] }]);
  });

  it('want every statement of a trigger bound to the owner of its row, and no ordinary table', () => {
    const good = `begin
        delete from desk where person = old.owner and uuid = old.uuid;
        insert into desk (uuid, person) values (new.uuid, new.owner);
        return null;
      end`;
    expect(checkFunction(inTrigger(good), CATALOGUE, row)).toEqual([]);
    const bad = `begin
        insert into queue values ('phone', new.owner);
        insert into desk (uuid, person) values (new.uuid, new.uuid);
        delete from desk where uuid = old.uuid;
        return null;
      end`;
    expect(checkFunction(inTrigger(bad), CATALOGUE, row).map(({ limits }) => limits)).toEqual([
      ['triggerTable'],
      ['triggerOwner'],
      ['triggerOwner'],
    ]);
  });
});
