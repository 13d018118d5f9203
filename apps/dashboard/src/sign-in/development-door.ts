import { randomBytes } from 'node:crypto';

/** Minutes for which a code works. */
const LIFETIME = 10;

/** A way in for development: a code that works once, in place of a token in an address. */
export class DevelopmentDoor {
  readonly #makeToken: () => Promise<string>;
  readonly #codes = new Map<string, number>();

  /** @param makeToken signs a token for staff */
  constructor(makeToken: () => Promise<string>) {
    this.#makeToken = makeToken;
  }

  /** Returns a code that lets one person in, within ten minutes. */
  newCode(now = Date.now()): string {
    const code = randomBytes(16).toString('base64url');
    this.#codes.set(code, now + LIFETIME * 60_000);
    return code;
  }

  /** Returns a token for the code, once. */
  async tokenFor(code: string, now = Date.now()): Promise<string | undefined> {
    const end = this.#codes.get(code);
    this.#codes.delete(code);
    return end !== undefined && now < end ? this.#makeToken() : undefined;
  }
}
