import { randomBytes } from 'node:crypto';

/** How long a code is valid, in milliseconds. */
const LIFETIME = 600_000;

/** Codes that let one person in, once, within ten minutes. */
export class OneTimeCodes {
  readonly #ends = new Map<string, number>();

  newCode(now = Date.now()): string {
    const code = randomBytes(16).toString('base64url');
    this.#ends.set(code, now + LIFETIME);
    return code;
  }

  /** Returns whether the code is valid, and uses it up. */
  async redeem(code: string, now = Date.now()): Promise<boolean> {
    const end = this.#ends.get(code);
    this.#ends.delete(code);
    return end !== undefined && now < end;
  }
}
