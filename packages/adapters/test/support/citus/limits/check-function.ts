import { parsePlPgSQLSync, parseSync } from 'libpg-query';
import type { Catalogue } from './catalogue.js';
import { checkStatement, type TriggerRow } from './check-statement.js';
import type { LimitName } from './limits.js';
import { fieldsOf, listOf, textOf, visit } from './tree.js';

/** A statement of a function that breaks limits. */
export interface BadStatement {
  readonly statement: string;
  readonly limits: readonly LimitName[];
}

/**
 * Returns what breaks Citus's limits in a function in PL/pgSQL.
 *
 * @param definition as `pg_get_functiondef` gives it
 * @param row if it is a trigger of a distributed table
 */
export function checkFunction(definition: string, catalogue: Catalogue, row?: TriggerRow): readonly BadStatement[] {
  const bad: BadStatement[] = [];
  visit(parsePlPgSQLSync(definition), ({ kind, fields }) => {
    if (kind === 'PLpgSQL_stmt_dynexecute') bad.push({ statement: 'execute', limits: ['dynamic'] });
    if (kind !== 'PLpgSQL_expr') return true;
    const statement = statementOf(textOf(fields['query']) ?? '', fields['parseMode']);
    const limits = checkStatement(statement, catalogue, row);
    if (limits.length > 0) bad.push({ statement, limits });
    return false;
  });
  return bad;
}

/** Returns the limits that a text of statements breaks, with those in its blocks of PL/pgSQL. */
export function checkText(text: string, catalogue: Catalogue): readonly LimitName[] {
  const blocks = (parseSync(text).stmts ?? []).flatMap(({ stmt }) => {
    const options = listOf(fieldsOf(stmt, 'DoStmt')?.['args']).map((each) => fieldsOf(each, 'DefElem'));
    return options
      .filter((option) => option?.['defname'] === 'as')
      .map((option) => fieldsOf(option?.['arg'], 'String'));
  });
  const inBlocks = blocks.flatMap((block) => {
    const definition = `create function block() returns void language plpgsql as $block$${block?.['sval']}$block$`;
    return checkFunction(definition, catalogue).flatMap(({ limits }) => limits);
  });
  return [...new Set([...checkStatement(text, catalogue), ...inBlocks])];
}

/** The statement that PL/pgSQL runs for an expression or an assignment: https://www.postgresql.org/docs/18/plpgsql-expressions.html */
function statementOf(text: string, parseMode: unknown): string {
  if (parseMode === undefined || parseMode === 0) return text;
  return `select ${parseMode === 2 ? text : text.replace(/^[^:=]*:?=/, '')}`;
}
