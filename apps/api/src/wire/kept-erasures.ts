import {
  type Erasure,
  type ErasureKey,
  formatInstantExactly,
  type KeptErasures,
  type KeptReceipt,
  type PersonCounts,
  parseInstant,
  parseRecordId,
} from '@polaris-telemetry/domain';
import { z } from 'zod';
import { showCounts } from './erasure.js';
import { parsed } from './parsed.js';

// What is kept outside the database, so that a restored backup brings no one back: a JSON text on each line. First the
// number of keys and receipts that follow, then the keys, then the receipts. Lines of the service's log may stand among them.

const count = z.int('must be a whole number').min(0, 'must not be negative');
const instant = parsed(z.string('must be a text'), parseInstant);
const digest = z.string('must be a text').regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits, in lower case');

const counts = z
  .strictObject({
    patient_installations: count,
    clinician_installations: count,
    blood_glucose_meters: count,
    revisions: count,
    retry_copies: count,
    names_in_others_records: count,
    accesses: count,
  })
  .transform(
    (given): PersonCounts => ({
      patientInstallations: given.patient_installations,
      clinicianInstallations: given.clinician_installations,
      bloodGlucoseMeters: given.blood_glucose_meters,
      revisions: given.revisions,
      retryCopies: given.retry_copies,
      namesInOthersRecords: given.names_in_others_records,
      accesses: given.accesses,
    }),
  );

const line = z.union([
  z.strictObject({ kept: z.strictObject({ keys: count, receipts: count }) }),
  z.strictObject({ erasure_key: z.strictObject({ key: digest, created: instant }) }),
  // A line of the log has other members too.
  z.object({
    erasure: z.strictObject({
      id: parsed(z.string('must be a text'), parseRecordId),
      at: instant,
      subject: digest,
      counts,
    }),
  }),
  z.object({ level: z.string(), time: z.string(), msg: z.string() }),
]);

/** A receipt as it is kept outside, and as the log has it. */
export function showKeptReceipt({ id, at, subject, counts: found }: KeptReceipt | Erasure) {
  return { id, at: formatInstantExactly(at), subject, counts: showCounts(found) };
}

/** The lines of keys and receipts. */
export function* writeKeptErasures({ keys, receipts }: KeptErasures): Generator<string> {
  yield JSON.stringify({ kept: { keys: keys.length, receipts: receipts.length } });
  for (const { key, created } of keys) {
    yield JSON.stringify({ erasure_key: { key, created: formatInstantExactly(created) } });
  }
  for (const receipt of receipts) yield JSON.stringify({ erasure: showKeptReceipt(receipt) });
}

/** A line of a file is not as it should be. */
export class KeptErasuresError extends Error {
  override readonly name = 'KeptErasuresError';

  /** @param rule what is wrong, to be read after the line's number */
  constructor(number: number, rule: string) {
    super(`line ${number}: ${rule}`);
  }
}

/**
 * Reads keys and receipts, each once.
 *
 * @throws KeptErasuresError naming the first line that is wrong, or that announces more than there is
 */
export function readKeptErasures(text: string): KeptErasures {
  const keys = new Map<string, ErasureKey>();
  const receipts = new Map<string, KeptReceipt>();
  let announced = { line: 1, keys: 0, receipts: 0 };
  const endSection = () => {
    if (announced.keys === 0 && announced.receipts === 0) return;
    throw new KeptErasuresError(
      announced.line,
      `it announces ${announced.keys} more keys and ${announced.receipts} more receipts than follow: the file was cut`,
    );
  };
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.trim() === '') continue;
    const number = index + 1;
    const read = readLine(raw, number);
    if ('kept' in read) {
      endSection();
      announced = { line: number, ...read.kept };
    } else if ('erasure_key' in read) {
      keys.set(read.erasure_key.key, read.erasure_key);
      announced.keys = Math.max(announced.keys - 1, 0);
    } else if ('erasure' in read) {
      const known = receipts.get(read.erasure.id);
      if (known !== undefined && known.subject !== read.erasure.subject) {
        throw new KeptErasuresError(number, 'erasure.id is that of an earlier line, and erasure.subject is another');
      }
      receipts.set(read.erasure.id, read.erasure);
      announced.receipts = Math.max(announced.receipts - 1, 0);
    }
  }
  endSection();
  return { keys: [...keys.values()], receipts: [...receipts.values()] };
}

function readLine(raw: string, number: number): z.output<typeof line> {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    throw new KeptErasuresError(number, 'it is not JSON');
  }
  const read = line.safeParse(value);
  if (read.success) return read.data;
  throw new KeptErasuresError(number, ruleOf(value));
}

/** What is wrong with a line, by the member that says what it is. */
function ruleOf(value: unknown): string {
  for (const [place, member] of ['kept', 'erasure_key', 'erasure'].entries()) {
    if (typeof value !== 'object' || value === null || !(member in value)) continue;
    const [issue] = line.options[place]?.safeParse(value).error?.issues ?? [];
    if (issue !== undefined) return `${issue.path.join('.') || member} ${issue.message}`;
  }
  return 'it is neither a receipt nor a key that "erasures list" wrote, nor a line of the log';
}
