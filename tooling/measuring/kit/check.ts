import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Contestant } from './contestants.ts';
import { collectionPath, type Kind, latestPath, type Operation } from './kinds.ts';
import { ownerId, recordId, recordPath, seededDate } from './population.ts';
import { type Issuer, signToken } from './tokens.ts';

type Fields = Readonly<Record<string, unknown>>;

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Asks a contestant as a client would and looks at every field of its answers: a fast wrong answer is worth nothing.
 *
 * @throws Error that names contestant, operation and what differs
 */
export async function checkAnswers(
  contestant: Contestant,
  kind: Kind,
  operations: readonly Operation[],
  issuer: Issuer,
  owners: readonly number[],
): Promise<void> {
  for (const owner of owners) {
    const check = new Check(contestant, kind, issuer, owner);
    for (const operation of operations) {
      try {
        await check.run(operation);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`${contestant.name} answers ${kind.name} ${operation} wrongly: ${reason}`, { cause });
      }
    }
    await check.strangersAreRefused();
  }
}

class Check {
  readonly #kind: Kind;
  readonly #owner: number;
  readonly #port: number;
  readonly #issuer: Issuer;
  readonly #token: string;

  constructor(contestant: Contestant, kind: Kind, issuer: Issuer, owner: number) {
    this.#kind = kind;
    this.#owner = owner;
    this.#port = contestant.port;
    this.#issuer = issuer;
    this.#token = signToken(issuer, kind, ownerId(owner));
  }

  run(operation: Operation): Promise<void> {
    switch (operation) {
      case 'post':
        return this.#post();
      case 'get':
        return this.#get();
      case 'latest':
        return this.#latest();
      case 'patch':
        return this.#patch();
    }
  }

  async #post(): Promise<void> {
    const sent = { ...this.#kind.fields, [this.#kind.date.field]: '2021-05-31T23:59:58.123Z' };
    const created = await this.#ask('POST', this.#collection(), this.#kind.createdStatus, sent);
    this.#expectRecord(created, sent);
    assert.match(String(created['uuid']), UUID_V4);
    assert.ok(Math.abs(Date.now() - Date.parse(String(created['created']))) < 10_000, 'created is not now');
    assert.equal(created['modified'], created['created']);
    assert.deepEqual(await this.#ask('GET', `${this.#collection()}/${created['uuid']}`, 200), created);
    if (this.#kind.hasLatest) assert.deepEqual(await this.#ask('GET', this.#latestPath(), 200), created);
  }

  async #get(): Promise<void> {
    const record = await this.#ask('GET', recordPath(this.#kind, this.#owner, 3), 200);
    this.#expectRecord(record, this.#seeded(3, record));
    assert.equal(record['uuid'], recordId(this.#owner, 3));
    assert.equal(record['created'], '2020-01-01T00:00:00.000Z');
    await this.#ask('GET', recordPath(this.#kind, this.#owner + 1, 3).replace(...this.#ownInstead()), 404);
  }

  async #latest(): Promise<void> {
    const latest = await this.#ask('GET', this.#latestPath(), 200);
    const all = await Promise.all(
      [latest['uuid'], recordId(this.#owner, 8)].map((id) => this.#ask('GET', `${this.#collection()}/${id}`, 200)),
    );
    assert.deepEqual(latest, all[0]);
    const [first, second] = all.map((record) => Date.parse(String(record?.[this.#kind.date.field])));
    assert.ok((first ?? 0) > (second ?? 0), 'the latest is not the latest');
  }

  async #patch(): Promise<void> {
    const path = recordPath(this.#kind, this.#owner, 5);
    const before = await this.#ask('GET', path, 200);
    const app_version = `checked-${performance.now()}`;
    const patched = await this.#ask('PATCH', path, 200, { app_version });
    assert.ok(String(patched['modified']) > String(before['modified']), 'modified has not moved');
    assert.deepEqual(patched, { ...before, app_version, modified: patched['modified'] });
    assert.deepEqual(await this.#ask('GET', path, 200), patched);
  }

  async strangersAreRefused(): Promise<void> {
    const { key } = this.#issuer;
    const forged = signToken({ ...this.#issuer, key: `${key}x` }, this.#kind, ownerId(this.#owner));
    const others = signToken(this.#issuer, this.#kind, ownerId(this.#owner + 1));
    const path = recordPath(this.#kind, this.#owner, 0);
    await this.#ask('GET', path, 401, undefined, forged);
    await this.#ask('GET', path, 403, undefined, others);
  }

  /** A seeded record's fields; its version may have been patched before. */
  #seeded(record: number, found: Fields): Fields {
    const { fields, date } = this.#kind;
    return { ...fields, [date.field]: seededDate(record), app_version: found['app_version'] };
  }

  #expectRecord(record: Fields, sent: Fields): void {
    const owner = ownerId(this.#owner);
    const expected = { ...sent, [this.#kind.ownerField]: owner, created_by: owner, modified_by: owner };
    for (const [name, value] of Object.entries(expected)) {
      if (!isDeepStrictEqual(record[name], value)) {
        throw new Error(`${name} is ${JSON.stringify(record[name])}, not ${JSON.stringify(value)}`);
      }
    }
    const wanted = ['uuid', 'created', 'modified', ...Object.keys(expected)];
    assert.deepEqual(Object.keys(record).toSorted(), wanted.toSorted());
    for (const name of ['created', 'modified']) assert.match(String(record[name]), ISO_DATE);
  }

  #collection(): string {
    return collectionPath(this.#kind, ownerId(this.#owner));
  }

  #latestPath(): string {
    return latestPath(this.#kind, ownerId(this.#owner));
  }

  /** Another owner's record asked for under one's own path. */
  #ownInstead(): [string, string] {
    return [ownerId(this.#owner + 1), ownerId(this.#owner)];
  }

  async #ask(method: string, path: string, status: number, body?: Fields, token = this.#token): Promise<Fields> {
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status !== status)
      throw new Error(`${method} ${path} gave ${response.status}, not ${status}: ${text}`);
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null) throw new Error(`${method} ${path} gave no object: ${text}`);
    return { ...answer };
  }
}
