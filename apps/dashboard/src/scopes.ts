/** The scopes of the pages; none implies another. The API decides; the dashboard merely hides what a token may not do. */
export const READ_ALL = 'read:gdm_telemetry_all';
export const READ_FLEET = 'read:gdm_telemetry_fleet';
export const READ_REPORTS = 'read:gdm_telemetry_reports';
export const EXPORT = 'export:gdm_telemetry_all';
export const ERASE = 'erase:gdm_telemetry_all';

/** The scopes that a sign-in requests. */
export const SCOPES = [READ_ALL, READ_FLEET, READ_REPORTS, EXPORT, ERASE] as const;

export type Scope = (typeof SCOPES)[number];

/** Whether one of the scopes is held; true where none is needed. */
export function maySee(anyOf: readonly Scope[], held: readonly string[]): boolean {
  return anyOf.length === 0 || anyOf.some((scope) => held.includes(scope));
}

/** What each scope permits, in words for the page. */
export const MEANING: Readonly<Record<Scope, string>> = {
  [READ_ALL]: 'look at one person',
  [READ_FLEET]: 'search, and see all reports',
  [READ_REPORTS]: 'see reports',
  [EXPORT]: 'export the data of a person, and see who looked at them',
  [ERASE]: 'erase a person',
};
