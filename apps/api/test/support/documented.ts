import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';
import type { App } from '../../src/http/received.js';

interface ResponseDoc {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, ResponseDoc>> }>>>
  >;
}

/** Headers that only some answers of a documented status have. */
const SOMETIMES: ReadonlySet<string> = new Set(['Idempotency-Replayed', 'Link', 'WWW-Authenticate']);

/** An answer as a test wants to look at it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of the body, if it is JSON. */
  readonly json: Record<string, unknown>;
}

export type Check = (method: string, path: string, answer: Answer) => void;

const checkers = new Map<string, Promise<Check>>();

/** The check that an answer is what the application's own OpenAPI document says of it. */
export function documentChecker(app: App): Promise<Check> {
  // Applications with the same routes have the same document, and it takes long to compile.
  const routes = app.routes.map(({ method, path }) => `${method} ${path}`).join('\n');
  const known = checkers.get(routes) ?? makeChecker(app);
  checkers.set(routes, known);
  return known;
}

async function makeChecker(app: App): Promise<Check> {
  const document = (await (await app.request('/openapi.json')).json()) as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  // Published as CommonJS: what is imported is the module, and the function is its member.
  addFormats.default(ajv);
  ajv.addSchema(document, 'document');
  const compiled = new Map<string, ValidateFunction>();
  const validator = (reference: string): ValidateFunction => {
    const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference });
    compiled.set(reference, validate);
    return validate;
  };

  return (method, path, answer) => {
    const pattern = Object.keys(document.paths).find((candidate) => matches(candidate, path.replace(/\?.*/, '')));
    const operation = document.paths[pattern ?? '']?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
    if (pattern === undefined || operation === undefined) return;
    const status = operation.responses[answer.status] === undefined ? 'default' : String(answer.status);
    const documented = operation.responses[status];
    const where = `${method} ${path} ${answer.status}`;
    expect(documented, `${where} is documented`).toBeDefined();
    if (status === 'default') expect(answer.status, `${where} is an error`).toBeGreaterThanOrEqual(400);
    for (const name of Object.keys(documented?.headers ?? {})) {
      if (!SOMETIMES.has(name)) expect(answer.headers.has(name), `${where} has ${name}`).toBe(true);
    }
    if (method === 'HEAD') return;
    const type = answer.headers.get('content-type')?.replace(/;.*/, '');
    const types = Object.keys(documented?.content ?? {});
    if (type === undefined) expect(types, `${where} has no content`).toEqual([]);
    else expect(types, `${where} has a documented type`).toContain(type);
    if (type === undefined || !/[/+]json$/.test(type)) return;
    const pointer = ['paths', pattern, method.toLowerCase(), 'responses', status, 'content', type, 'schema'];
    const validate = validator(`document#/${pointer.map(escaped).join('/')}`);
    validate(answer.json);
    expect(validate.errors, where).toBeNull();
  };
}

function matches(pattern: string, path: string): boolean {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
}

function escaped(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}
