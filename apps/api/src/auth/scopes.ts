/** All scopes; no scope implies another. This one writes an owner's records. */
export const WRITE = 'write:gdm_telemetry';
/** Reads an owner's records. */
export const READ = 'read:gdm_telemetry';
/** Reads the records of any one owner. */
export const READ_ALL = 'read:gdm_telemetry_all';
/** Search, and reports that name devices. */
export const READ_FLEET = 'read:gdm_telemetry_fleet';
export const READ_REPORTS = 'read:gdm_telemetry_reports';
export const EXPORT = 'export:gdm_telemetry_all';
export const ERASE = 'erase:gdm_telemetry_all';
