import assert from 'node:assert/strict';
import { ask } from './ask.ts';
import type { Contestant } from './contestants.ts';
import { collectionPath, type Kind, latestPath, type Operation } from './kinds.ts';
import { ownerId, recordId, seededDate } from './population.ts';
import { signToken } from './tokens.ts';

type Fields = Readonly<Record<string, unknown>>;
type Ask = (method: string, path: string, status: number, body?: Fields) => Promise<Fields>;

/** One owner's records, asked for with that owner's token. */
interface Subject {
  readonly kind: Kind;
  readonly owner: number;
  /** The path of a collection; records are below it. */
  readonly path: string;
  readonly ask: Ask;
}

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Sends a contestant each operation and compares every field of its answers: a fast wrong answer is worth nothing.
 *
 * @throws Error that names contestant, operation and what differs
 */
export async function checkAnswers(
  contestant: Contestant,
  kind: Kind,
  operations: readonly Operation[],
  owners: readonly number[],
): Promise<void> {
  for (const owner of owners) {
    const askAs = (token: string): Ask => asker(contestant.port, token);
    const path = collectionPath(kind, ownerId(owner));
    const subject = { kind, owner, path, ask: askAs(signToken(kind, ownerId(owner))) };
    for (const operation of operations) {
      try {
        await CHECKS[operation](subject);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`${contestant.name} answers ${kind.name} ${operation} wrongly: ${reason}`, { cause });
      }
    }
    const record = `${path}/${recordId(owner, 0)}`;
    await askAs(signToken(kind, ownerId(owner), 0, 'another key'))('GET', record, 401);
    await askAs(signToken(kind, ownerId(owner + 1)))('GET', record, 403);
  }
}

const CHECKS: Readonly<Record<Operation, (subject: Subject) => Promise<void>>> = {
  async post(subject) {
    const { kind, path, ask } = subject;
    const sent = { ...kind.fields, [kind.date.field]: '2021-05-31T23:59:58.123Z' };
    const created = await ask('POST', path, kind.createdStatus, sent);
    expectRecord(subject, created, sent);
    assert.match(String(created['uuid']), UUID_V4);
    assert.ok(Math.abs(Date.now() - Date.parse(String(created['created']))) < 10_000, 'created is not now');
    assert.equal(created['modified'], created['created']);
    assert.deepEqual(await ask('GET', `${path}/${created['uuid']}`, 200), created);
    if (kind.hasLatest) assert.deepEqual(await ask('GET', latestPathOf(subject), 200), created);
  },

  async get(subject) {
    const { kind, owner, path, ask } = subject;
    const record = await ask('GET', `${path}/${recordId(owner, 3)}`, 200);
    // Its version may have been patched before.
    const seeded = { ...kind.fields, [kind.date.field]: seededDate(3), app_version: record['app_version'] };
    expectRecord(subject, record, seeded);
    assert.equal(record['uuid'], recordId(owner, 3));
    assert.equal(record['created'], '2020-01-01T00:00:00.000Z');
    await ask('GET', `${path}/${recordId(owner + 1, 3)}`, 404);
  },

  async latest(subject) {
    const { kind, owner, path, ask } = subject;
    const latest = await ask('GET', latestPathOf(subject), 200);
    const earlier = await ask('GET', `${path}/${recordId(owner, 8)}`, 200);
    assert.deepEqual(await ask('GET', `${path}/${latest['uuid']}`, 200), latest);
    const [first = 0, second = 0] = [latest, earlier].map((record) => Date.parse(String(record[kind.date.field])));
    assert.ok(first > second, 'the latest is not the latest');
  },

  async patch({ owner, path, ask }) {
    const record = `${path}/${recordId(owner, 5)}`;
    const before = await ask('GET', record, 200);
    const app_version = `checked-${performance.now()}`;
    const patched = await ask('PATCH', record, 200, { app_version });
    assert.ok(String(patched['modified']) > String(before['modified']), 'modified has not moved');
    assert.deepEqual(patched, { ...before, app_version, modified: patched['modified'] });
    assert.deepEqual(await ask('GET', record, 200), patched);
  },
};

function latestPathOf({ kind, owner }: Subject): string {
  return latestPath(kind, ownerId(owner));
}

function expectRecord({ kind, owner }: Subject, record: Fields, sent: Fields): void {
  const id = ownerId(owner);
  const { uuid: _, created, modified, ...others } = record;
  assert.deepEqual(others, { ...sent, [kind.ownerField]: id, created_by: id, modified_by: id });
  for (const date of [created, modified]) assert.match(String(date), ISO_DATE);
}

function asker(port: number, token: string): Ask {
  return async (method, path, status, body) => {
    const answer = await ask(`http://127.0.0.1:${port}${path}`, method, token, body);
    assert.equal(answer.status, status, `${method} ${path} answered ${answer.status}, not ${status}: ${answer.text}`);
    return answer.json;
  };
}
