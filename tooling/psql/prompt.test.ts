import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { prompt, type Sql } from './prompt.ts';

async function run(text: string, sql?: Sql) {
  const asked: string[] = [];
  const output = new PassThrough({ encoding: 'utf8' });
  let said = '';
  output.on('data', (text: string) => {
    said += text;
  });
  const answer = { command: 'SELECT', rowCount: 1, fields: [{ name: 'n' }], rows: [{ n: 1 }] };
  const client: Sql = {
    query: async (statement) => {
      asked.push(statement.trim());
      return sql === undefined ? answer : sql.query(statement);
    },
  };
  const ok = await prompt(client, Readable.from([text]), output);
  output.end();
  await finished(output);
  return { asked, ok, said };
}

describe('the small prompt for SQL', () => {
  test('runs a statement once its line ends with a semicolon, and shows a table', async () => {
    const { asked, said, ok } = await run('select 1\n  as n;\nselect 2; -- two\n');
    expect(asked).toEqual(['select 1\n  as n;', 'select 2; -- two']);
    expect(said).toContain(' n\n---\n 1\n(1 row)\n');
    expect(ok).toBe(true);
  });

  test('knows variables as the pages of this project use them', async () => {
    const { asked } = await run(`\\set person 'o'neil'\nselect :'person', :'nobody', 'a:b';\n`);
    expect(asked).toEqual([`select 'o''neil', :'nobody', 'a:b';`]);
  });

  test('says what failed and goes on, to \\q', async () => {
    const failing = { query: () => Promise.reject(new Error('no such table')) };
    const { asked, said, ok } = await run('select 1;\n\\d\nselect 2;\n\\q\nselect 3;\n', failing);
    expect(asked).toEqual(['select 1;', 'select 2;']);
    expect(said.match(/ERROR: {2}no such table/g)).toHaveLength(2);
    expect(said).toContain('\\set');
    expect(ok).toBe(false);
  });

  test('counts rows where there is nothing to show', async () => {
    const done = { query: async () => ({ command: 'DELETE', rowCount: 3, fields: [], rows: [] }) };
    expect((await run('delete from x;\n', done)).said).toBe('DELETE 3\n');
  });
});
