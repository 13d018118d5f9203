import type { Ops } from './generated/operations.js';

type Camel<Name> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Name;

type Value<Type> = Type extends readonly (infer Each)[]
  ? Each | readonly Each[]
  : [Type] extends ['true' | 'false' | undefined]
    ? boolean
    : Type;

/** The query of an operation, as in the document. */
export type QueryOf<Id extends keyof Ops> = Ops[Id]['args'] extends { query?: infer Query }
  ? NonNullable<Query>
  : never;

/**
 * The parameters of an operation’s query, in JavaScript’s spelling: `appVersionBelow` for `app_version_below`.
 * A parameter that may have several values also takes a single one. (The token of a page is left out: see {@link Pages}.)
 */
export type ParametersOf<Id extends keyof Ops> = {
  readonly [Name in keyof QueryOf<Id> as Exclude<Camel<Name>, 'pageToken'>]: Value<QueryOf<Id>[Name]>;
};

/** Returns the query that the parameters describe. */
export function queryOf<Id extends keyof Ops>(
  parameters: ParametersOf<Id> | undefined,
  pageToken?: string,
): QueryOf<Id> {
  const named = Object.entries(parameters ?? {}).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return { ...Object.fromEntries(named), ...(pageToken !== undefined && { page_token: pageToken }) };
}
