import { expect, it } from 'vitest';
import type { PgConnection } from './pipelined-query.js';
import { PipelinedTransaction } from './pipelined-transaction.js';

it('sends everything up to the commit before one sync, within a transaction block from the first statement on', () => {
  const sent: string[] = [];
  const connection = {
    parsedStatements: {},
    submittedNamedStatements: {},
    parse: ({ name, text }: { name: string; text: string }) => sent.push(`parse ${name || 'unnamed'}: ${text}`),
    bind: ({ values }: { values: readonly string[] }) => sent.push(`bind ${values.join()}`),
    describe: () => sent.push('describe'),
    execute: () => sent.push('execute'),
    sync: () => sent.push('sync'),
  } as unknown as PgConnection;
  const add = { name: 'add', text: 'insert into t values ($1)' };
  new PipelinedTransaction(add, ['set local a = 1'], [['1'], ['2']], new Map([['add', []]]), () => {}).prepare(
    connection,
  );
  expect(sent).toEqual([
    ...['parse unnamed: begin', 'bind ', 'execute'],
    ...['parse unnamed: set local a = 1', 'bind ', 'execute'],
    'parse add: insert into t values ($1)',
    ...['bind 1', 'execute'],
    ...['bind 2', 'execute'],
    'sync',
  ]);
});
