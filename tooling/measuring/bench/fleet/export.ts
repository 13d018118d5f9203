import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { forgetPeak, peakBytes, residentBytes } from '../../kit/proc.ts';
import { inTurns } from '../../kit/rounds.ts';
import { ratioOf, spreadOf } from '../../kit/statistics.ts';
import { figure, spreadText } from '../../kit/text.ts';
import { compare } from './disturbance.ts';
import { getOf, type Subject } from './subject.ts';

const run = promisify(execFile);
/** A round of the comparison exports so many rows. */
const ROWS_A_ROUND = 300_000;

const utc = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
/** Every date of the population is in UTC. */
const SAME_JSON = `select row_to_json(record) from (
  select uuid, ${utc('created')} as created, created_by_ as created_by, ${utc('modified')} as modified,
         modified_by_ as modified_by, patient_id, unique_device_code, ${utc('date_first_launched_')} as date_first_launched,
         app_product, app_version, phone_os, phone_os_version, manufacturer, model, display_name
    from mobile order by uuid`;

/** Compares the speed of an export to psql's `\copy` of the same JSON by TCP; and measures its memory. */
export async function measureExport(subject: Subject): Promise<void> {
  if (await hasPsql()) await compareWithPsql(subject);
  else console.log('psql is missing (Debian: apt-get install postgresql-client): the export is compared with nothing.');
  await measureMemory(subject);
  await compare(subject, 'an export', async () => void (await exportRows(subject, 100_000)));
}

function hasPsql(): Promise<boolean> {
  return run('psql', ['--version']).then(
    () => true,
    () => false,
  );
}

async function compareWithPsql(subject: Subject): Promise<void> {
  const rows = Math.min(ROWS_A_ROUND, subject.rows);
  await assertSameJson(subject);
  const rowsPerSecond = async (work: () => Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await work();
    return rows / ((performance.now() - started) / 1_000);
  };
  const copy = `\\copy (${SAME_JSON.replaceAll('\n', ' ')} limit ${rows}) as record) to /dev/null`;
  const { ours, theirs } = await inTurns(
    subject.options.rounds,
    {
      ours: () => rowsPerSecond(() => exportRows(subject, rows)),
      theirs: () => rowsPerSecond(() => psql(subject, copy)),
    },
    { firstCounts: true },
  );
  subject.note(
    `export of ${figure(rows)} rows as NDJSON, rows/s, times psql's \\copy of the same JSON`,
    `${spreadText(ratioOf(ours, theirs))}; ${figure(spreadOf(ours).median)} rows/s`,
    '>= 0.7',
  );
}

async function measureMemory(subject: Subject): Promise<void> {
  const { pid } = subject.service;
  const idle = residentBytes(pid) ?? Number.NaN;
  forgetPeak(pid);
  const { rows: exported } = await exportRows(subject, Number.POSITIVE_INFINITY);
  const peak = peakBytes(pid) ?? Number.NaN;
  subject.note(
    `peak memory of the service above that before, exporting ${figure(exported)} rows`,
    `${figure((peak - idle) / 2 ** 20)} MiB above ${figure(idle / 2 ** 20)}`,
    '<= 40 MB',
  );
}

/** Reads an export until it ends or so many rows have arrived, then disconnects. */
async function exportRows(subject: Subject, most: number): Promise<{ readonly rows: number; readonly text: string }> {
  const leave = new AbortController();
  const { path, token } = getOf(subject, 'export/patient_installations');
  const response = await fetch(`http://127.0.0.1:${subject.service.port}${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: leave.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`the export was answered ${response.status}`);
  let rows = 0;
  let start: Uint8Array | undefined;
  for await (const chunk of response.body) {
    start ??= chunk;
    for (const byte of chunk) if (byte === 10) rows += 1;
    if (rows >= most) break;
  }
  leave.abort();
  return { rows, text: new TextDecoder().decode(start) };
}

async function psql({ service: { database } }: Subject, command: string): Promise<string> {
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

/** Checks that both sides write the same JSON: a comparison of different work would mean nothing. */
async function assertSameJson(subject: Subject): Promise<void> {
  const theirs = await psql(subject, `${SAME_JSON} limit 1) as record`);
  const [ours = ''] = (await exportRows(subject, 1)).text.split('\n');
  const sorted = (record: string): string => JSON.stringify(Object.entries(JSON.parse(record)).toSorted());
  if (sorted(ours) !== sorted(theirs)) throw new Error(`the export's first record is ${ours}, psql's ${theirs}`);
}
