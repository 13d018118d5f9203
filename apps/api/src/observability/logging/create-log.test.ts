import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnavailableError } from '@polaris-telemetry/domain';
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

/** The text that some logging produces. */
async function logged(config: Partial<LogConfig>, work: (log: Log) => void, options: LogOptions = {}): Promise<string> {
  const log = await createLog({ level: 'INFO', format: 'json', ...config }, { fileDescriptor: descriptor, ...options });
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
  test('the line of a request has the members of every other line, and its own', async () => {
    const [line, other] = jsonLines(
      await logged({}, (log) => {
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

  test('a request id cannot break out of its line', async () => {
    const hostile = '","level":"ERROR","x":"\\';
    expect(jsonLines(await logged({}, (log) => request(log, hostile)))).toMatchObject([
      { level: 'INFO', requestId: hostile },
    ]);
  });

  test('lines stay in order, no matter which function wrote them', async () => {
    const lines = jsonLines(
      await logged({}, (log) => {
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

  test('every line has what is mixed in', async () => {
    const mixin = () => ({ trace_id: 'abc' });
    const lines = jsonLines(
      await logged(
        {},
        (log) => {
          request(log);
          log.logger.warn('x');
        },
        { mixin },
      ),
    );
    expect(lines).toMatchObject([{ trace_id: 'abc' }, { trace_id: 'abc' }]);
    expect(jsonLines(await logged({}, request, { mixin: () => ({}) })).at(-1)).toMatchObject({ msg: 'request' });
  });

  test('an error of ours is shown with its cause, and that with its code', async () => {
    const cause = Object.assign(new Error('CANARY'), { code: '53300', severity: 'FATAL' });
    const err = new UnavailableError('the database cannot answer now', { cause });
    expect(jsonLines(await logged({}, ({ logger }) => logger.warn({ err }, 'x')))).toMatchObject([
      { err: { type: 'UnavailableError', code: 'unavailable', cause: { type: 'DatabaseError', code: '53300' } } },
    ]);
  });

  test('what is mixed in stays as it was, and is not what another line said', async () => {
    const shared = { trace_id: 'abc' };
    const lines = jsonLines(
      await logged(
        {},
        (log) => {
          log.logger.warn({ err: new Error('x'), route: '/a' }, 'first');
          request(log);
          log.logger.info('third');
        },
        { mixin: () => shared },
      ),
    );
    expect(shared).toEqual({ trace_id: 'abc' });
    for (const line of lines.slice(1)) expect(Object.keys(line)).not.toContain('err');
    expect(lines[2]).not.toHaveProperty('route', '/a');
  });
});

describe.each(['json', 'plain', 'colour'] as const)('an error in the format %s', (format) => {
  const error = Object.assign(new Error('CANARY message'), {
    detail: 'CANARY detail',
    code: '23505',
    severity: 'ERROR',
  });

  test.each<[string, (log: Log) => void]>([
    ['as err, with a text', ({ logger }) => logger.error({ err: error }, 'our text')],
    ['as err, without a text', ({ logger }) => logger.error({ err: error })],
    ['alone', ({ logger }) => logger.error(error)],
    ['alone, with a text', ({ logger }) => logger.error(error, 'our text')],
    ['under another name', ({ logger }) => logger.error({ reason: error }, 'our text')],
    ['as a thrown value that is no error', ({ logger }) => logger.error({ err: { text: 'CANARY' } }, 'our text')],
    ['as the cause of ours', ({ logger }) => logger.error({ err: new UnavailableError('ours', { cause: error }) }, '')],
  ])('says no more than its description: %s', async (_how, write) => {
    for (const mixin of [undefined, () => ({ trace_id: 'abc' })]) {
      const text = await logged({ format }, write, mixin === undefined ? {} : { mixin });
      expect(text).not.toContain('CANARY');
      expect(text).toMatch(/DatabaseError|object/);
    }
  });
});

test.each([
  ['ERROR', 'e'],
  ['WARN', 'ew'],
  ['INFO', 'ewir'],
  ['DEBUG', 'ewird'],
] as const)('level %s', async (level, expected) => {
  const lines = jsonLines(
    await logged({ level }, (log) => {
      log.logger.error('e');
      log.logger.warn('w');
      log.logger.info('i');
      request(log);
      log.logger.debug('d');
    }),
  );
  expect(lines.map(({ msg }) => String(msg).charAt(0)).join('')).toBe(expected);
});

test('plain is for people', async () => {
  const text = await logged({ format: 'plain' }, (log) => {
    request(log);
    log.logger.warn('careful');
  });
  expect(text).toMatch(/INFO.*request.*"status":200/);
  expect(text).toMatch(/WARN.*careful\n$/);
  expect(text).not.toContain('\u001b');
});

test('colour is plain with colours', async () => {
  expect(await logged({ format: 'colour' }, request)).toContain('\u001b[');
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
    const log = await createLog({ level: 'INFO', format: 'json' });
    process.once('exit', log.flush);
    const write = log.requestWriter('GET', '/running');
    for (let index = 0; index < 500; index++) write(200, 1, String(index));
    log.logger.info('last');
    ${end}
  `;
    writeFileSync(program, script);
    const { stdout } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    const lines = jsonLines(stdout);
    const written = lines.map(({ requestId, msg }) => requestId ?? msg);
    expect(written).toEqual([...Array.from({ length: 500 }, (_, index) => String(index)), 'last']);
  },
);
