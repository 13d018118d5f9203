import type pg from 'pg';
import type { Cleanup } from '../../kit/cleanup.ts';
import { type Contestant, migrate, startContestant } from '../../kit/contestants.ts';
import type { DatabaseEnvironment, Server } from '../../kit/postgres.ts';
import type { RequestTemplate } from '../../kit/requests.ts';
import { type Issuer, newIssuer, signStaffToken } from '../../kit/tokens.ts';
import type { Options } from '../options.ts';
import type { Note } from './findings.ts';
import { fillFleet } from './fleet-population.ts';

/** The service on a database with a fleet, and what is needed to ask it. */
export interface Subject {
  readonly rows: number;
  readonly service: Contestant;
  readonly database: DatabaseEnvironment;
  readonly pool: pg.Pool;
  readonly server: Server;
  readonly issuer: Issuer;
  /** For somebody of staff, who may read everything. */
  readonly token: string;
  readonly options: Options;
  readonly cleanup: Cleanup;
  readonly note: Note;
}

/** Finds the database of an earlier run, or fills one, and starts the service on it. */
export async function startSubject(
  rows: number,
  { options, server, cleanup, note }: Pick<Subject, 'options' | 'server' | 'cleanup' | 'note'>,
): Promise<Subject> {
  const name = `reads_${rows}`;
  const issuer = newIssuer();
  const found = await server.findDatabase(name);
  const database = found ?? (await server.createDatabase(name));
  await migrate(database, issuer);
  const pool = server.connect(database);
  if (found === undefined) {
    const client = await pool.connect();
    await fillFleet(client, rows).finally(() => client.release());
  }
  const { folder } = options;
  const service = await startContestant({ name: 'ours', server, database, issuer, folder, cleanup });
  return { rows, service, database, pool, server, issuer, token: signStaffToken(issuer), options, cleanup, note };
}

const TELEMETRY = '/dhos/v1/telemetry';

/** A template of a GET below `/dhos/v1/telemetry/`. */
export function getOf({ token }: Subject, path: string): RequestTemplate {
  const whole = path.startsWith('/') ? path : `${TELEMETRY}/${path}`;
  return { method: 'GET', path: whole, token, varying: 'nothing', body: undefined };
}

/** Asks once. Fails on any answer but 200. */
export async function read(subject: Subject, path: string): Promise<{ readonly json: Json; readonly took: number }> {
  const template = getOf(subject, path);
  const started = performance.now();
  const response = await fetch(`http://127.0.0.1:${subject.service.port}${template.path}`, {
    headers: { authorization: `Bearer ${template.token}` },
  });
  const json = (await response.json()) as Json;
  if (!response.ok) throw new Error(`GET ${template.path} gave ${response.status}: ${JSON.stringify(json)}`);
  return { json, took: performance.now() - started };
}

// biome-ignore lint/suspicious/noExplicitAny: answers of the service, whose shape its own tests hold
export type Json = any;
