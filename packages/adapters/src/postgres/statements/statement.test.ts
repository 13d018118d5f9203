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
    expect(forMany).toMatchObject({ name: 'example', repeatable: true });
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
    expect(forOne).toMatchObject({ name: 'example.one', repeatable: true });
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

  it('refuses a name that PostgreSQL would cut, and a value that would be the same at every run', () => {
    const formOf = (name: string, write = () => sql`select 1`) =>
      statement(name, { repeatable: true }, {}, write).forOne;
    expect(() => formOf('é'.repeat(29))).not.toThrow();
    expect(() => formOf('é'.repeat(30))).toThrow('would cut');
    expect(() => formOf('fixed', () => sql`select ${'secret'}`)).toThrow('a value of its own');
  });
});
