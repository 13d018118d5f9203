import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LogConfig } from '../../config/config.js';
import { createLog, type Log, type LogOptions } from './create-log.js';

let folder: string;
let file: string;
let descriptor: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
  file = join(folder, 'log');
  descriptor = openSync(file, 'w');
});

afterEach(() => {
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

/** The text that comes of some logging. */
function logged(config: Partial<LogConfig>, work: (log: Log) => void, options: LogOptions = {}): string {
  const log = createLog({ level: 'INFO', format: 'json', ...config }, { fileDescriptor: descriptor, ...options });
  work(log);
  log.flush();
  return readFileSync(file, 'utf8');
}

function jsonLines(text: string): Record<string, unknown>[] {
  const lines = text.split('\n');
  expect(lines.pop(), 'the last line is complete').toBe('');
  return lines.map((line) => JSON.parse(line));
}

const request = (log: Log, requestId = 'id-1') =>
  log.requestWriter('GET', '/dhos/v1/patient/{patient_id}/latest_installation')(200, 1.23456, requestId);

describe('json', () => {
  test('the line of a request has the members of every other line, and its own', () => {
    const [line, other] = jsonLines(
      logged({}, (log) => {
        request(log);
        log.logger.info('something else');
      }),
    );
    expect(line).toEqual({
      level: 'INFO',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      pid: process.pid,
      hostname: other?.['hostname'],
      method: 'GET',
      route: '/dhos/v1/patient/{patient_id}/latest_installation',
      status: 200,
      duration: 1.235,
      requestId: 'id-1',
      msg: 'request',
    });
    expect(Object.keys(other ?? {})).toEqual(['level', 'time', 'pid', 'hostname', 'msg']);
  });

  test('a request id cannot break out of its line', () => {
    const hostile = '","level":"ERROR","x":"\\';
    expect(jsonLines(logged({}, (log) => request(log, hostile)))).toMatchObject([
      { level: 'INFO', requestId: hostile },
    ]);
  });

  test('lines stay in order, whoever wrote them', () => {
    const lines = jsonLines(
      logged({}, (log) => {
        for (let index = 0; index < 1_000; index++) {
          if (index % 2 === 0) log.logger.info(String(index));
          else request(log, String(index));
        }
      }),
    );
    expect(lines.map(({ requestId, msg }) => Number(requestId ?? msg))).toEqual(
      Array.from({ length: 1_000 }, (_, i) => i),
    );
  });

  test('every line has what is mixed in', () => {
    const mixin = () => ({ trace_id: 'abc' });
    const lines = jsonLines(
      logged(
        {},
        (log) => {
          request(log);
          log.logger.warn('x');
        },
        { mixin },
      ),
    );
    expect(lines).toMatchObject([{ trace_id: 'abc' }, { trace_id: 'abc' }]);
    expect(jsonLines(logged({}, request, { mixin: () => ({}) })).at(-1)).toMatchObject({ msg: 'request' });
  });

  test('an error is told without the rows and addresses that it carries', () => {
    const cause = Object.assign(new Error('connection refused'), { address: '10.1.2.3', code: 'ECONNREFUSED' });
    const error = Object.assign(new Error('failed', { cause }), { detail: 'Key (patient_id)=(secret)', code: '23505' });
    const text = logged({}, ({ logger }) => logger.error({ err: error }, 'x'));
    expect(jsonLines(text)).toMatchObject([
      { err: { type: 'Error', code: '23505', message: 'failed', cause: { code: 'ECONNREFUSED' } } },
    ]);
    expect(text).not.toContain('secret');
    expect(text).not.toContain('10.1.2.3');
  });
});

test.each([
  ['ERROR', 'e'],
  ['WARN', 'ew'],
  ['INFO', 'ewir'],
  ['DEBUG', 'ewird'],
] as const)('level %s', (level, expected) => {
  const lines = jsonLines(
    logged({ level }, (log) => {
      log.logger.error('e');
      log.logger.warn('w');
      log.logger.info('i');
      request(log);
      log.logger.debug('d');
    }),
  );
  expect(lines.map(({ msg }) => String(msg).charAt(0)).join('')).toBe(expected);
});

test('plain is for people', () => {
  const text = logged({ format: 'plain' }, (log) => {
    request(log);
    log.logger.warn('careful');
  });
  expect(text).toMatch(/INFO.*request.*"status":200/);
  expect(text).toMatch(/WARN.*careful\n$/);
  expect(text).not.toContain('\u001b');
});

test('colour is plain with colours', () => {
  expect(logged({ format: 'colour' }, request)).toContain('\u001b[');
});

test.each(['process.exit(3)', 'throw new Error("crash")', ''])(
  'nothing is lost when the process ends by: %s',
  (end) => {
    const program = join(folder, 'program.mts');
    const source = new URL('./create-log.ts', import.meta.url).href;
    // The sources import each other as `.js`; Node strips the types but does not rename.
    const script = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve: (specifier, context, next) =>
        next(context.parentURL?.endsWith('.ts') ? specifier.replace(/^(\\..*)\\.js$/, '$1.ts') : specifier, context),
    });
    const { createLog } = await import(${JSON.stringify(source)});
    const log = createLog({ level: 'INFO', format: 'json' });
    process.once('exit', log.flush);
    const write = log.requestWriter('GET', '/running');
    for (let index = 0; index < 500; index++) write(200, 1, String(index));
    log.logger.info('last');
    ${end}
  `;
    writeFileSync(program, script);
    const { stdout } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    const lines = jsonLines(stdout);
    // What was being written in the background may come after what is written at the end.
    const told = new Set(lines.map(({ requestId, msg }) => requestId ?? msg));
    expect(told).toEqual(new Set([...Array.from({ length: 500 }, (_, index) => String(index)), 'last']));
    expect(lines).toHaveLength(501);
  },
);
