import { expect } from 'vitest';
import { meters, patientInstallations } from '../../support/kinds.js';
import { Service } from '../../support/service.js';
import type { Database } from './database.js';
import {
  ANSWERED,
  ask,
  CHECKED,
  expectRefusal,
  get,
  idOf,
  isSuccess,
  LIVES,
  patch,
  post,
  type Seen,
} from './requests.js';
import { expectExactlyOnce } from './writers.js';

/** What a trouble does to the requests that come while it lasts. */
export interface Expected {
  readonly writes: 'served' | 'refused' | 'refused after a wait';
  readonly reads: 'served' | 'refused' | 'refused after a wait';
  /** Of meters, when the trouble is another table's. Absent: as the others. */
  readonly meters?: 'served';
  readonly health: 200 | 503;
  /** What /healthcheck says of it. */
  readonly says?: RegExp;
}

/** A running service, a record in it, and everything that it has acknowledged. */
export class TroubledService {
  readonly service: Service;
  readonly url: string;
  readonly #database: Database;
  readonly #name: string;
  readonly #record: string;
  readonly #acknowledged = new Map<string, string>();
  #marks = 0;

  private constructor(service: Service, url: string, database: Database, name: string, record: string) {
    this.service = service;
    this.url = url;
    this.#database = database;
    this.#name = name;
    this.#record = record;
  }

  static async start(database: Database, name = 'telemetry', port = database.port): Promise<TroubledService> {
    const service = await new Service({ ...database.env(name, port), SHUTDOWN_DELAY: '0' }).ready();
    const url = await service.url();
    const made = await post(url, { mark: 'first' });
    expect(made.status).toBe(200);
    expect((await post(url, { mark: 'first meter', kind: meters })).status).toBe(201);
    return new TroubledService(service, url, database, name, idOf(made));
  }

  async #post(kind = patientInstallations): Promise<Seen> {
    const mark = `m${this.#marks++}`;
    const seen = await post(this.url, { mark, kind });
    if (isSuccess(seen)) this.#acknowledged.set(mark, idOf(seen));
    return seen;
  }

  /** Asks everything at once, several times over, and looks at every answer. */
  async expectWhileItLasts(expected: Expected): Promise<void> {
    const { url } = this;
    const [written, read, meter] = await Promise.all([
      Promise.all([
        ...Array.from({ length: 4 }, () => this.#post()),
        patch(url, this.#record, { model: `changed ${this.#marks}` }),
      ]),
      Promise.all([get(url, this.#record), get(url, undefined)]),
      this.#post(meters),
      this.#expectLife(),
      this.#expectHealth(expected),
    ]);
    for (const seen of written) expectAs(expected.writes, seen);
    for (const seen of read) expectAs(expected.reads, seen);
    expectAs(expected.meters ?? expected.writes, meter);
    // Not only at first.
    await Promise.all([this.#expectLife(), this.#expectHealth(expected)]);
  }

  /** Without a restart, and with nothing lost or stored twice. */
  async expectRecovery(): Promise<void> {
    const { url } = this;
    const from = performance.now();
    for (;;) {
      const seen = await this.#post();
      if (isSuccess(seen)) break;
      expectRefusal(seen);
    }
    // 2 s are promised; the rest is for a busy machine.
    expect((performance.now() - from) / 1000).toBeLessThan(10);
    await expect.poll(async () => (await ask(url, '/healthcheck')).status).toBe(200);
    for (let attempt = 0; attempt < 5; attempt++) {
      const changed = await patch(url, this.#record, { model: `attempt ${this.#marks}-${attempt}` });
      expect(changed.status).toBe(200);
      expect((await get(url, this.#record)).text).toBe(changed.text);
      expect((await this.#post(meters)).status).toBe(201);
    }
    await expectExactlyOnce(this.#database, this.#acknowledged, this.#name);
    expect(this.service.process.exitCode).toBeNull();
  }

  async #expectLife(): Promise<void> {
    const seen = await ask(this.url, '/running');
    expect(seen.status).toBe(200);
    expect(seen.took).toBeLessThan(LIVES);
  }

  async #expectHealth({ health, says = /./ }: Expected): Promise<void> {
    // The last result is given again for a second.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const seen = await ask(this.url, '/healthcheck');
    expect(seen.status, seen.text).toBe(health);
    expect(seen.text).toMatch(says);
    expect(seen.took).toBeLessThan(CHECKED);
  }
}

function expectAs(expected: Expected['writes'], seen: Seen): void {
  if (expected === 'served') {
    expect(isSuccess(seen), `${seen.status} ${seen.text}`).toBe(true);
    expect(seen.took).toBeLessThan(ANSWERED);
    return;
  }
  expectRefusal(seen);
  if (expected === 'refused after a wait') expect(seen.took).toBeGreaterThan(3);
}
