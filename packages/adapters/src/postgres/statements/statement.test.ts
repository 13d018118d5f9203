import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { statement } from './statement.js';

describe('a statement', () => {
  it('has its places in the order of its text, whatever the order in which they were made', () => {
    const made = statement<{ first: string; second: string }>('example', { repeatable: true }, (place) => {
      const first = place('first');
      return sql`
        select ${place('second')}::text,
          ${first}::integer`;
    });
    expect(made.text).toBe('select $1::text, $2::integer');
    expect(made.parameters({ first: '1', second: 'two' })).toEqual(['two', '1']);
  });

  it('refuses a name that PostgreSQL would cut, and a value that would be the same at every run', () => {
    const write = () => sql`select 1`;
    expect(() => statement('é'.repeat(31), { repeatable: true }, write)).not.toThrow();
    expect(() => statement('é'.repeat(32), { repeatable: true }, write)).toThrow('would cut');
    expect(() => statement('fixed', { repeatable: true }, () => sql`select ${'secret'}`)).toThrow('a value of its own');
  });
});
