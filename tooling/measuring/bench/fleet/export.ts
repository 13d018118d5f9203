import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { forgetPeak, peakBytes, residentBytes } from '../../kit/proc.ts';
import { ratioOf, spreadOf } from '../../kit/statistics.ts';
import { figure, spreadText } from '../../kit/text.ts';
import type { Subject } from './subject.ts';
import { compare } from './writes.ts';

const run = promisify(execFile);
/** A round of the comparison exports so many rows. */
const ROWS_A_ROUND = 300_000;
const EXPORT = '/dhos/v1/telemetry/export/patient_installations';

const utc = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
/** Every date of the population is in UTC. */
const SAME_JSON = `select row_to_json(record) from (
  select uuid, ${utc('created')} as created, created_by_ as created_by, ${utc('modified')} as modified,
         modified_by_ as modified_by, patient_id, unique_device_code, ${utc('date_first_launched_')} as date_first_launched,
         app_product, app_version, phone_os, phone_os_version, manufacturer, model, display_name
    from mobile order by uuid`;

/** Rows a second of an export beside those of psql's `\copy` of the same JSON by TCP, in turns; and its memory. */
export async function measureExport(subject: Subject): Promise<void> {
  if (await hasPsql()) await compareWithPsql(subject);
  else console.log('psql is missing (Debian: apt-get install postgresql-client): the export is compared with nothing.');
  await measureMemory(subject);
  await compare(subject, 'an export', async () => void (await exportRows(subject, 100_000)));
}

async function hasPsql(): Promise<boolean> {
  try {
    await run('psql', ['--version']);
    return true;
  } catch {
    return false;
  }
}

async function compareWithPsql(subject: Subject): Promise<void> {
  const rows = Math.min(ROWS_A_ROUND, subject.rows);
  await assertSameJson(subject);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < subject.options.rounds; round += 1) {
    const sides = [
      async () => ours.push(rowsPerSecond(rows, await exportRows(subject, rows))),
      async () => theirs.push(rowsPerSecond(rows, await copyRows(subject, rows))),
    ];
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) await side();
  }
  subject.note(
    `export of ${figure(rows)} rows as NDJSON, rows/s, times psql's \\copy of the same JSON`,
    `${spreadText(ratioOf(ours, theirs))}; ${figure(spreadOf(ours).median)} rows/s`,
    '>= 0.7',
  );
}

async function measureMemory(subject: Subject): Promise<void> {
  const idle = residentBytes(subject.service.pid) ?? Number.NaN;
  forgetPeak(subject.service.pid);
  const { rows: exported } = await exportRows(subject, Number.POSITIVE_INFINITY);
  const peak = peakBytes(subject.service.pid) ?? Number.NaN;
  subject.note(
    `peak memory of the service above that before, exporting ${figure(exported)} rows`,
    `${figure((peak - idle) / 2 ** 20)} MiB above ${figure(idle / 2 ** 20)}`,
    '<= 40 MB',
  );
}

function rowsPerSecond(rows: number, { milliseconds }: { readonly milliseconds: number }): number {
  return rows / (milliseconds / 1_000);
}

/** Reads an export until it ends or so many rows have come, and leaves. */
async function exportRows(
  { service, token }: Subject,
  most: number,
): Promise<{ readonly rows: number; readonly milliseconds: number }> {
  const started = performance.now();
  const leave = new AbortController();
  const response = await fetch(`http://127.0.0.1:${service.port}${EXPORT}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: leave.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`the export gave ${response.status}`);
  let rows = 0;
  for await (const chunk of response.body) {
    for (const byte of chunk) if (byte === 10) rows += 1;
    if (rows >= most) break;
  }
  leave.abort();
  return { rows, milliseconds: performance.now() - started };
}

async function copyRows({ database }: Subject, rows: number): Promise<{ readonly milliseconds: number }> {
  const started = performance.now();
  await psql(database, `\\copy (${SAME_JSON.replaceAll('\n', ' ')} limit ${rows}) as record) to /dev/null`);
  return { milliseconds: performance.now() - started };
}

async function psql(database: Subject['database'], command: string): Promise<string> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    PGHOST: database.DATABASE_HOST,
    PGPORT: database.DATABASE_PORT,
    PGUSER: database.DATABASE_USER,
    PGPASSWORD: database.DATABASE_PASSWORD,
    PGDATABASE: database.DATABASE_NAME,
  };
  const { stdout } = await run('psql', ['-X', '-v', 'ON_ERROR_STOP=1', '-qAt', '-c', command], { env });
  return stdout;
}

/** A comparison with other work would mean nothing. */
async function assertSameJson(subject: Subject): Promise<void> {
  const { service, token, database } = subject;
  const expected = JSON.stringify(JSON.parse(await psql(database, `${SAME_JSON} limit 1) as record`)));
  const leave = new AbortController();
  const response = await fetch(`http://127.0.0.1:${service.port}${EXPORT}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: leave.signal,
  });
  const chunk = (await response.body?.getReader().read())?.value;
  leave.abort();
  const line = JSON.parse(new TextDecoder().decode(chunk).split('\n')[0] ?? '');
  const sorted = (record: object): string => JSON.stringify(Object.entries(record).toSorted());
  if (sorted(line) !== sorted(JSON.parse(expected))) {
    throw new Error(`the export's first record is ${JSON.stringify(line)}, psql's ${expected}`);
  }
}
