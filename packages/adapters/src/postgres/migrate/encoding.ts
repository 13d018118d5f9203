import type pg from 'pg';
import { MigrationError } from './error.js';

/** The only encoding that holds every text a client may send; the others refuse some, or count bytes as characters. */
export const ENCODING = 'UTF8';

/** The encoding in which the database stores texts, by PostgreSQL's name: `UTF8`, `LATIN1`, `SQL_ASCII`. */
export async function databaseEncoding(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ encoding: string }>(`select current_setting('server_encoding') as encoding`);
  return rows[0]?.encoding ?? 'unknown';
}

/** Returns what is wrong with an encoding, in one line; undefined if it is the right one. */
export function encodingFault(encoding: string): string | undefined {
  if (encoding === ENCODING) return undefined;
  return `the database's encoding is ${encoding}, and this service stores any text: use a database of encoding ${ENCODING} (create database … encoding '${ENCODING}' template template0)`;
}

/** @throws MigrationError if the database cannot store every text */
export async function checkEncoding(client: pg.Client): Promise<void> {
  const fault = encodingFault(await databaseEncoding(client));
  if (fault !== undefined) throw new MigrationError(fault);
}
