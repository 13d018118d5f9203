import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

const NAME = 'polaris-zone';

/** Seconds: a year. */
const LIFETIME = 31_536_000;

/** Returns the chosen time zone; UTC by default. */
export function zoneOf(c: Context): string {
  const chosen = getCookie(c, NAME);
  return chosen !== undefined && isZone(chosen) ? chosen : 'UTC';
}

/** Stores the chosen time zone, which is not secret. */
export function keepZone(c: Context, zone: string): void {
  setCookie(c, NAME, zone, { path: '', maxAge: LIFETIME, httpOnly: true, sameSite: 'Lax' });
}

/** Whether this machine knows the time zone. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
