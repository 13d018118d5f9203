import type pg from 'pg';
import type { OpenClient } from './open-client.js';

/** The server did not answer a short question in time. */
export class SilentDatabaseError extends Error {
  override readonly name = 'SilentDatabaseError';

  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds / 1000} s`);
  }
}

/**
 * A connection reserved for short questions, out of reach of busy users of the others. It opens when needed, and again
 * after a failure.
 */
export class OwnConnection {
  readonly #open: (onError: () => void) => Promise<OpenClient>;
  readonly #limit: number;
  #client: Promise<pg.Client> | undefined;

  /**
   * @param open opens the connection and reports when it dies
   * @param limit how long an answer may take, in milliseconds
   */
  constructor(open: (onError: () => void) => Promise<OpenClient>, limit: number) {
    this.#open = open;
    this.#limit = limit;
  }

  /**
   * @param isLast whether the next question goes to a new connection
   * @throws SilentDatabaseError, or the error of connecting or of the question
   */
  async ask<Answer>(
    question: (client: pg.Client) => Promise<Answer>,
    isLast: (answer: Answer) => boolean = () => false,
  ): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new SilentDatabaseError(this.#limit)), this.#limit);
    });
    const connecting = this.#connected();
    let client: pg.Client | undefined;
    try {
      // A slow attempt to connect continues: the next caller may find it finished.
      client = await Promise.race([connecting, late]);
      const answer = await Promise.race([question(client), late]);
      if (isLast(answer)) this.#forget(connecting, client);
      return answer;
    } catch (error) {
      // Never trust a connection again once it has failed.
      if (client) this.#forget(connecting, client);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    const connecting = this.#client;
    this.#client = undefined;
    const client = await connecting?.catch(() => undefined);
    client?.connection.stream.destroy();
  }

  #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    const forget = () => {
      if (this.#client === connecting) this.#client = undefined;
    };
    const connecting: Promise<pg.Client> = this.#open(forget).then(({ client }) => client);
    connecting.catch(forget);
    this.#client = connecting;
    return connecting;
  }

  #forget(connecting: Promise<pg.Client>, client: pg.Client): void {
    if (this.#client === connecting) this.#client = undefined;
    client.connection.stream.destroy();
  }
}
