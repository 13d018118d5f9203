import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { EncryptJWT, jwtDecrypt } from 'jose';

/** Browsers accept 4,096 bytes per cookie, including its name and attributes. */
const LONGEST_PIECE = 3_800;

/** More pieces than a request's headers may hold. */
const MOST_PIECES = 4;

export interface CookieSettings {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Whether browsers may send it over https only. */
  readonly secure: boolean;
}

/**
 * A cookie that the browser keeps and cannot read: encrypted, authenticated, with an end (JWE, RFC 7516: `dir`, `A256GCM`).
 * Its path is the dashboard's: a cookie without the attribute gets the folder of the address that sets it (RFC 6265, 5.1.4).
 */
export class SealedCookie<Content extends Readonly<Record<string, string>>> {
  readonly #name: string;
  readonly #settings: CookieSettings;

  constructor(name: string, settings: CookieSettings) {
    this.#name = settings.secure ? `__Secure-${name}` : name;
    this.#settings = settings;
  }

  /**
   * Sends it to the browser.
   *
   * @param expiresAt in seconds since 1970
   * @returns false if it would be too long
   */
  async set(context: Context, content: Content, expiresAt: number): Promise<boolean> {
    const sealed = await new EncryptJWT({ ...content })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(expiresAt)
      // One cookie must not be accepted as another.
      .setAudience(this.#name)
      .encrypt(this.#settings.key);
    const pieces = sealed.match(new RegExp(`.{1,${LONGEST_PIECE}}`, 'g')) ?? [];
    if (pieces.length > MOST_PIECES) return false;
    const names = pieces.map((_, index) => this.#nameOf(index));
    for (const name of this.#present(context)) {
      if (!names.includes(name)) deleteCookie(context, name, this.#attributes);
    }
    for (const [index, piece] of pieces.entries()) {
      setCookie(context, this.#nameOf(index), piece, { ...this.#attributes, expires: new Date(expiresAt * 1000) });
    }
    return true;
  }

  /** Returns what it holds; undefined if there is none, it has expired, or another key sealed it. */
  async get(context: Context): Promise<Content | undefined> {
    const pieces = this.#present(context).map((name) => getCookie(context, name) ?? '');
    if (pieces.length === 0) return undefined;
    try {
      const { payload } = await jwtDecrypt<Content>(pieces.join(''), this.#settings.key, {
        audience: this.#name,
        requiredClaims: ['exp'],
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return payload;
    } catch {
      return undefined;
    }
  }

  delete(context: Context): void {
    for (const name of this.#present(context)) deleteCookie(context, name, this.#attributes);
  }

  #present(context: Context): string[] {
    return Array.from({ length: MOST_PIECES }, (_, index) => this.#nameOf(index)).filter(
      (name) => getCookie(context, name) !== undefined,
    );
  }

  #nameOf(index: number): string {
    return index === 0 ? this.#name : `${this.#name}.${index}`;
  }

  get #attributes() {
    // An empty attribute is left out.
    return { httpOnly: true, sameSite: 'Lax', secure: this.#settings.secure, path: '' } as const;
  }
}
