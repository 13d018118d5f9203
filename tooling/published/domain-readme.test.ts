import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Consumer, createConsumer } from './consumer.ts';
import { type Packed, pack } from './packed.ts';

/** All that the example takes of Node. The types of a whole Node are too new for the oldest TypeScript, and would hide that the package needs none. */
const NODE_TYPES = `
declare module 'node:util' { export function isDeepStrictEqual(left: unknown, right: unknown): boolean; }
declare module 'node:crypto' { export function randomUUID(): string; }
declare const console: { log(line: string): void };
`;

describe('the example of the domain’s README', () => {
  let packed: Packed;
  let consumer: Consumer;

  beforeAll(async () => {
    packed = await pack('packages/domain');
    consumer = await createConsumer(packed, { 'node.d.ts': NODE_TYPES });
  });
  afterAll(() => packed.remove());

  it.each([
    ['typescript', 'nodenext'],
    ['typescript', 'bundler'],
    ['typescript-5.0', 'nodenext'],
    ['typescript-5.0', 'bundler'],
  ] as const)('compiles and runs in a project of its own: %s, %s', async (compiler, resolution) => {
    const output = await consumer.compile({ compiler, resolution, platform: 'none' });
    const printed = 'patient-1 runs 1.2.3 since 2022-03-04T09:00:00.654+01:00';
    expect(await consumer.run(`${output}/register.js`)).toBe(`${printed}\n`);
    expect(await readFile(join(packed.source, 'README.md'), 'utf8')).toContain(`It prints \`${printed}\``);
    const kept = await consumer.run(`${output}/check.js`);
    expect(kept).toContain('kept: a record that was added is found, equal in every field\n');
    expect(kept).toContain('kept: many latests at once each get their own answer\n');
  });
});
