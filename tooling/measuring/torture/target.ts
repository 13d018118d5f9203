import { type Contestant, startContestant, startOnNewDatabase } from '../kit/contestants.ts';
import { collectionPath, KINDS, latestPath } from '../kit/kinds.ts';
import { ownerId } from '../kit/population.ts';
import { startServer } from '../kit/postgres.ts';
import { type RequestTemplate, templatesFor } from '../kit/requests.ts';
import type { Cleanup } from '../kit/run-program.ts';
import { seed } from '../kit/schema.ts';
import { signToken } from '../kit/tokens.ts';

const kind = KINDS.patient;
const POPULATION = { owners: 200, recordsPerOwner: 5 };

/** The heap that Node chooses in a container of 512 MiB, as the documents recommend. */
const HEAP_MEBIBYTES = 220;

/** The service under torture, at its default settings, and what is needed to talk to it. */
export interface Target {
  /** A new one after each restart. */
  readonly contestant: Contestant;
  readonly port: number;
  readonly url: string;
  readonly token: string;
  readonly authorization: string;
  readonly latestPath: string;
  readonly collectionPath: string;
  /** Reads and writes in turn, of all owners. */
  readonly templates: readonly RequestTemplate[];
  /** Ends the process and starts another on the same database. */
  restart(): Promise<void>;
  /** Returns a record that differs from all others by its mark. */
  record(mark: string): object;
  /** Returns the ids of what is stored of `record`, by mark. */
  stored(): Promise<ReadonlyMap<string, readonly string[]>>;
}

export async function startTarget(folder: string, cleanup: Cleanup): Promise<Target> {
  const server = await startServer(folder, cleanup);
  const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MEBIBYTES}` };
  const options = { name: 'ours', env } as const;
  let contestant = await startOnNewDatabase(server, options);
  await seed(contestant.pool, kind, POPULATION);

  // A separate owner, whose records are counted in the end.
  const owner = ownerId('steady');
  const token = signToken(kind, owner);
  const [reads, writes] = (['latest', 'post'] as const).map((operation) =>
    templatesFor(kind, operation, { ...POPULATION, recordsPerOwner: 1 }),
  );
  return {
    get contestant() {
      return contestant;
    },
    get port() {
      return contestant.port;
    },
    get url() {
      return `http://127.0.0.1:${contestant.port}`;
    },
    token,
    authorization: `Bearer ${token}`,
    latestPath: latestPath(kind, owner),
    collectionPath: collectionPath(kind, owner),
    templates: (reads ?? []).flatMap((read, index) => [read, ...(writes?.slice(index, index + 1) ?? [])]),
    async restart() {
      await contestant.stop();
      contestant = await startContestant(server, { ...options, database: contestant.database });
    },
    record: (mark) => ({ ...kind.fields, app_version: mark, [kind.date.field]: new Date().toISOString() }),
    async stored() {
      const { rows } = await contestant.pool.query<{ mark: string; ids: string[] }>(
        `select app_version as mark, array_agg(uuid::text) as ids from ${kind.table} where patient_id = $1 group by 1`,
        [owner],
      );
      return new Map(rows.map(({ mark, ids }) => [mark, ids]));
    },
  };
}
