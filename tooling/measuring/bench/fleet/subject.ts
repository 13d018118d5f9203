import { ask } from '../../kit/ask.ts';
import { type Contestant, migrate, startService } from '../../kit/contestants.ts';
import type { Server } from '../../kit/postgres.ts';
import type { RequestTemplate } from '../../kit/requests.ts';
import { signStaffToken } from '../../kit/tokens.ts';
import type { Options } from '../options.ts';
import type { Note } from './findings.ts';
import { fillFleet } from './fleet-population.ts';

/** The service on a database with a fleet, and what is needed to ask it. */
export interface Subject {
  readonly rows: number;
  readonly service: Contestant;
  readonly server: Server;
  /** For a member of staff, who may read everything. */
  readonly token: string;
  readonly options: Options;
  readonly note: Note;
}

/** Finds the database of an earlier run, or fills one, and starts the service on it. */
export async function startSubject(rows: number, options: Options, server: Server, note: Note): Promise<Subject> {
  const name = `reads_${rows}`;
  const found = await server.findDatabase(name);
  const database = found ?? (await server.createDatabase(name));
  await migrate(database);
  if (found === undefined) {
    const client = await server.connect(database).connect();
    await fillFleet(client, rows).finally(() => client.release());
  }
  return { rows, service: await startService(server, database), server, token: signStaffToken(), options, note };
}

/** A path as it is, or below `/dhos/v1/telemetry/`. */
function wholePath(path: string): string {
  return path.startsWith('/') ? path : `/dhos/v1/telemetry/${path}`;
}

export function getOf({ token }: Subject, path: string): RequestTemplate {
  return { method: 'GET', path: wholePath(path), token, varying: 'nothing', body: undefined };
}

/** Asks once. Fails on any answer but success. */
export async function request(
  { service, token: staff }: Subject,
  path: string,
  { method = 'GET', body, token = staff }: { method?: string; body?: object; token?: string } = {},
): Promise<{ readonly json: Json; readonly took: number }> {
  const started = performance.now();
  const { status, text, json } = await ask(`http://127.0.0.1:${service.port}${wholePath(path)}`, method, token, body);
  if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${text}`);
  return { json, took: performance.now() - started };
}

// biome-ignore lint/suspicious/noExplicitAny: answers of the service, whose shape its own tests hold
export type Json = any;
