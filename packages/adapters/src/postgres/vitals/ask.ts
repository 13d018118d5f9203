import type pg from 'pg';
import { isDistributed } from '../connections/distribution.js';
import type { Worst } from './questions.js';

/** The longest that one question may take, in milliseconds. */
export const LONGEST = 1_000;

/** Asks for a row, in a read-only transaction of its own. Returns undefined if the question failed. */
export async function askOne<Row extends object>(client: pg.Client, question: string): Promise<Row | undefined> {
  return (await askForRows<Row>(client, question))?.[0];
}

async function askForRows<Row extends object>(
  client: pg.Client,
  question: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[] | undefined> {
  try {
    await client.query(`begin read only; set local statement_timeout = ${LONGEST}`);
    return (await client.query<Row>(question, [...values])).rows;
  } catch {
    return undefined;
  } finally {
    await client.query('rollback').catch(() => {});
  }
}

/** Asks the server, and where Citus distributes the records the other nodes too. */
export async function askEveryNode<Row extends object>(
  client: pg.Client,
  question: string,
  worst: Worst<Row>,
): Promise<Row | undefined> {
  const answer = await askOne<Row>(client, question);
  if (answer === undefined || !isDistributed(client)) return answer;
  const nodes = await askForRows<{ answer: Row | null }>(
    client,
    'select case when success then result::json end as answer from run_command_on_workers($1)',
    [`select row_to_json(answer) from (${question}) as answer`],
  );
  const answers = (nodes ?? [{ answer: null }]).map((node) => node.answer);
  // A node that does not answer is not known to be well.
  return answers.includes(null) ? undefined : answers.reduce<Row>((one, other) => worst(one, other as Row), answer);
}
