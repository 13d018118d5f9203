import pg from 'pg';
import { afterAll, inject } from 'vitest';
import { isDistributed } from '../../../src/postgres/connections/distribution.js';
import { checkText } from './limits/check-function.js';
import { LIMITS } from './limits/limits.js';

/**
 * Reads every statement that the adapters send to a distributed database in a test file, and fails the file if Citus would
 * refuse one.
 */
const catalogue = inject('catalogue');
const sent = new Set<string>();
const { query } = pg.Client.prototype;

pg.Client.prototype.query = function watched(this: pg.Client, ...args: unknown[]) {
  const text = textOf(args[0]);
  if (text !== undefined && !sent.has(text) && isDistributed(this) && !isFromTest()) sent.add(text);
  return Reflect.apply(query, this, args);
} as typeof query;

afterAll(() => {
  if (catalogue === undefined) return;
  const refused = [...sent].flatMap((text) => {
    const limits = checkText(text, catalogue).map((name) => `- ${LIMITS[name].says}: ${LIMITS[name].source}`);
    return limits.length === 0 ? [] : [[shortened(text), ...limits].join('\n')];
  });
  if (refused.length > 0) throw new Error(`Citus would refuse ${refused.length} statements:\n${refused.join('\n\n')}`);
});

/** Lists of columns fill pages. */
function shortened(text: string): string {
  return text.length < 1_500 ? text : `${text.slice(0, 700)} … ${text.slice(-700)}`;
}

/** The statements of the adapters so far. */
export function watchedStatements(): readonly string[] {
  return [...sent];
}

function textOf(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  const text = typeof given === 'object' && given !== null && 'text' in given ? given.text : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** Whether a test sent it itself: the nearest of our files in the call stack is one of the tests. */
function isFromTest(): boolean {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const frames = new Error().stack?.split('\n').slice(2) ?? [];
  Error.stackTraceLimit = limit;
  const nearest = frames.find((frame) => !/node_modules|node:|watch-statements/.test(frame) && /[\\/]\w/.test(frame));
  return nearest !== undefined && /[\\/]adapters[\\/]test[\\/]/.test(nearest);
}
