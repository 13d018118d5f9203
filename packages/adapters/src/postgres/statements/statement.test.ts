import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { statement } from './statement.js';

interface Input {
  readonly id: string;
  readonly count?: number | null;
}

describe('a statement', () => {
  const { forOne, forMany } = statement<Input>(
    'example',
    { repeatable: true },
    { id: 'text', count: 'integer' },
    (inputs) => sql`
      select *
        from ${inputs('wanted')}`,
  );

  it('takes arrays of many inputs, and their number', () => {
    expect(forMany).toMatchObject({ name: 'example' });
    expect(forMany.text).toBe(
      'select * from (select unnest($1::text[]) as "id", unnest($2::integer[]) as "count", generate_series(1, $3::integer) as n) as "wanted"',
    );
    expect(forMany.values([{ id: 'a', count: 1 }, { id: 'b' }, { id: 'c', count: null }])).toEqual([
      '{"a","b","c"}',
      '{"1",NULL,NULL}',
      '3',
    ]);
    expect(forMany.values([])).toEqual(['{}', '{}', '0']);
  });

  it('takes the values themselves of one', () => {
    expect(forOne).toMatchObject({ name: 'example.one' });
    expect(forOne.text).toBe('select * from (select $1::text as "id", $2::integer as "count", 1 as n) as "wanted"');
    expect(forOne.values([{ id: '{"a"}', count: 0 }])).toEqual(['{"a"}', '0']);
    expect(forOne.values([{ id: '' }])).toEqual(['', null]);
  });

  it('has its places in the order of its text, wherever the inputs stand', () => {
    const { forOne } = statement<{ a: boolean; b: string }>(
      'order',
      { repeatable: false },
      { b: 'text', a: 'boolean' },
      (inputs) => sql`select 1 from ${inputs('x')}`,
    );
    expect(forOne.values([{ a: true, b: 'two' }])).toEqual(['two', 'true']);
  });

  it('of one row, for Citus, has one place for each value, however often it stands there', () => {
    const columns = { owner: 'text', large: 'json', unused: 'text' } as const;
    const { routed, forOne } = statement<{ owner: string; large: string; unused: string }>(
      'sent',
      { repeatable: false },
      columns,
      (inputs) => sql`select * from ${inputs('x')}`,
      {
        write: (value) => sql`
          select ${value('n')}, ${value('large')}, ${value('large')} from t where owner = ${value('owner')}`,
        lockTimeout: 100,
      },
    );
    expect(routed).toMatchObject({ name: 'sent.routed', lockTimeout: 100 });
    expect(routed?.text).toBe('select $1::integer, $2::json, $2::json from t where owner = $3::text');
    expect(routed?.values({ owner: 'me', large: '{}', unused: 'x' }, 7)).toEqual(['7', '{}', 'me']);
    expect(forOne.text).toContain('as "x"');
  });

  it('refuses a name that PostgreSQL would cut, and a value that would be the same at every run', () => {
    const formOf = (name: string, write = () => sql`select 1`) =>
      statement(name, { repeatable: true }, {}, write).forOne;
    expect(() => formOf('é'.repeat(29))).not.toThrow();
    expect(() => formOf('é'.repeat(30))).toThrow('would cut');
    expect(() => formOf('fixed', () => sql`select ${'secret'}`)).toThrow('a value of its own');
  });
});
