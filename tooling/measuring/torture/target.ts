import type { Cleanup } from '../kit/cleanup.ts';
import { type Contestant, startContestant, startOnNewDatabase } from '../kit/contestants.ts';
import { collectionPath, KINDS, latestPath } from '../kit/kinds.ts';
import { ownerId, type Population } from '../kit/population.ts';
import { startServer } from '../kit/postgres.ts';
import { residentBytes } from '../kit/proc.ts';
import { type RequestTemplate, templatesFor } from '../kit/requests.ts';
import { seed } from '../kit/schema.ts';
import { type Issuer, newIssuer, signToken } from '../kit/tokens.ts';

const kind = KINDS.patient;
const POPULATION: Population = { owners: 200, recordsPerOwner: 5 };

/** What Node chooses by itself in a container of 512 MiB, which the documents ask for. */
const HEAP_MEBIBYTES = 220;

/** The service under torture, at its default settings, and what is needed to talk to it. */
export class Target {
  #contestant: Contestant;
  readonly #restart: (contestant: Contestant) => Promise<Contestant>;
  readonly #issuer: Issuer;
  readonly #token: string;
  /** An owner apart from the seeded ones, whose records are counted in the end. */
  readonly #owner = ownerId('steady');

  private constructor(
    contestant: Contestant,
    restart: (contestant: Contestant) => Promise<Contestant>,
    issuer: Issuer,
  ) {
    this.#contestant = contestant;
    this.#restart = restart;
    this.#issuer = issuer;
    this.#token = signToken(issuer, kind, this.#owner);
  }

  static async start(folder: string, cleanup: Cleanup): Promise<Target> {
    const server = await startServer(folder, cleanup);
    const issuer = newIssuer();
    const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MEBIBYTES}` };
    const options = { name: 'ours', server, issuer, folder, cleanup, env } as const;
    const contestant = await startOnNewDatabase(options);
    await seed(contestant.pool, kind, POPULATION);
    return new Target(contestant, ({ database }) => startContestant({ ...options, database }), issuer);
  }

  get contestant(): Contestant {
    return this.#contestant;
  }

  /** Ends the process and starts another on the same database. */
  async restart(): Promise<void> {
    await this.#contestant.stop();
    this.#contestant = await this.#restart(this.#contestant);
  }

  get port(): number {
    return this.contestant.port;
  }

  get memoryMebibytes(): number {
    return (residentBytes(this.contestant.pid) ?? Number.NaN) / 2 ** 20;
  }

  /** Reads and writes in turn, of all owners. */
  templates(): RequestTemplate[] {
    const [reads, writes] = (['latest', 'post'] as const).map((operation) =>
      templatesFor(kind, operation, { ...POPULATION, recordsPerOwner: 1 }, this.#issuer),
    );
    return (reads ?? []).flatMap((read, index) => [read, ...(writes?.slice(index, index + 1) ?? [])]);
  }

  get authorization(): string {
    return `Bearer ${this.#token}`;
  }

  get latestPath(): string {
    return latestPath(kind, this.#owner);
  }

  get collectionPath(): string {
    return collectionPath(kind, this.#owner);
  }

  /** A record that differs from all others. */
  body(mark: string): string {
    return JSON.stringify({ ...kind.fields, app_version: mark, [kind.date.field]: new Date().toISOString() });
  }

  /** What is stored of `body`: by mark, the ids. */
  async stored(): Promise<ReadonlyMap<string, readonly string[]>> {
    const { rows } = await this.contestant.pool.query<{ mark: string; ids: string[] }>(
      `select app_version as mark, array_agg(uuid::text) as ids from ${kind.table} where patient_id = $1 group by 1`,
      [this.#owner],
    );
    return new Map(rows.map(({ mark, ids }) => [mark, ids]));
  }
}
