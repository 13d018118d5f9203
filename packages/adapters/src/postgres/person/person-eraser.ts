import type { PersonEraser } from '@polaris-telemetry/domain';
import type pg from 'pg';
import { DEADLINES } from '../deadlines.js';
import { domainError, WaitedTooLongError } from '../failures.js';
import type { OpenConnection } from '../reads/read-connection.js';
import { ReadPool } from '../reads/read-pool.js';
import { countPerson } from './count-person.js';
import { erasePerson } from './erase-person.js';
import { inErasingTransaction } from './erasing-transaction.js';

/** How many erasures run at once; others wait. */
const SIZE = 2;
const MOST_WAITING = 8;

export interface ConnectedPersonEraser extends PersonEraser {
  close(): Promise<void>;
}

/** Erases people, each in one transaction on a connection of its own. */
export function personEraser(open: OpenConnection): ConnectedPersonEraser {
  const pool = new ReadPool({ open, size: SIZE, mostWaiting: MOST_WAITING, patience: DEADLINES.connect });

  async function inTransaction<Answer>(work: (client: pg.ClientBase) => Promise<Answer>): Promise<Answer> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new WaitedTooLongError('waited too long')), DEADLINES.erasure.call);
    try {
      return await pool.use(late.signal, ({ client }) => inErasingTransaction(client, work, late.signal));
    } catch (error) {
      throw domainError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    erase: (request) => inTransaction((client) => erasePerson(client, request)),
    count: (personId) => inTransaction((client) => countPerson(client, personId)),
    close: () => pool.close(),
  };
}
