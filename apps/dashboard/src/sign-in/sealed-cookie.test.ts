import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { SealedCookie } from './sealed-cookie.js';

const KEY = new Uint8Array(32).fill(1);
const END = Math.floor(Date.now() / 1000) + 60;
const LONG = Array.from({ length: 5_000 }, (_, index) => String.fromCharCode(33 + ((index * 31) % 90))).join('');

interface Made {
  readonly key?: Uint8Array;
  readonly name?: string;
  readonly secure?: boolean;
}

function cookieOf({ key = KEY, name = 'test', secure = true }: Made = {}) {
  return new SealedCookie<{ text: string }>(name, { key, secure });
}

/** What a browser receives. */
async function set(text: string, made?: Made, end = END, held = '') {
  let fits: boolean | undefined;
  const app = new Hono().get('/', async (c) => {
    fits = await cookieOf(made).set(c, { text }, end);
    return c.body(null);
  });
  const response = await app.request('/', { headers: { cookie: held } });
  return { fits, lines: response.headers.getSetCookie() };
}

/** What comes back of what a browser keeps. */
async function get(lines: readonly string[], made?: Made): Promise<string | undefined> {
  let text: string | undefined;
  const app = new Hono().get('/', async (c) => {
    text = (await cookieOf(made).get(c))?.text;
    return c.body(null);
  });
  await app.request('/', { headers: { cookie: lines.map((line) => line.split(';')[0]).join('; ') } });
  return text;
}

test('holds what it was given, and shows nothing of it', async () => {
  const { lines } = await set('a token of a person');
  expect(await get(lines)).toBe('a token of a person');
  expect(lines.join()).not.toContain(Buffer.from('a token of a person').toString('base64url').slice(0, 12));
});

test('is split where it passes what browsers keep, and goes together in any order', async () => {
  const { lines } = await set(LONG);
  expect(lines.length).toBe(2);
  for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(4_096);
  expect(await get(lines.toReversed())).toBe(LONG);
  expect(await get(lines.slice(1))).toBeUndefined();
  expect(await get(lines.slice(0, 1))).toBeUndefined();
});

test('a shorter one takes the rest of a longer one away', async () => {
  const long = await set(LONG);
  const held = long.lines.map((line) => line.split(';')[0]).join('; ');
  const { lines } = await set('short', {}, END, held);
  expect(lines.find((line) => line.startsWith('__Secure-test.1='))).toMatch(/Max-Age=0/);
  expect(await get(lines.filter((line) => !/Max-Age=0/.test(line)))).toBe('short');
});

test('is refused where it would fill a request’s headers', async () => {
  expect(await set(LONG.repeat(4))).toEqual({ fits: false, lines: [] });
});

test.each([
  ['another key', { key: new Uint8Array(32).fill(2) }],
  ['another name', { name: 'other' }],
])('of %s is none', async (_, made) => {
  const { lines } = await set('text', made);
  expect(await get(lines)).toBeUndefined();
  // Even in the place of the right one.
  expect(await get(lines.map((line) => line.replace(/^[^=]+/, '__Secure-test')))).toBeUndefined();
});

test('one that has ended, or was changed, is none', async () => {
  expect(await get((await set('text', {}, END - 120)).lines)).toBeUndefined();
  const [line = ''] = (await set('text')).lines;
  expect(await get([line.replace(/;/, 'A;')])).toBeUndefined();
  expect(await get(['__Secure-test=garbage'])).toBeUndefined();
});

test('goes over plain http on the developer’s own machine only', async () => {
  const { lines } = await set('text', { secure: false });
  expect(lines[0]).toMatch(/^test=[^;]+; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
  expect((await set('text')).lines[0]).toMatch(/^__Secure-test=[^;]+; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/);
});
