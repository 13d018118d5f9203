import type { ColumnKind } from '../statements/placeholders.js';
import { DESKTOP, MOBILE } from '../tables.js';

/** A table of installations, and the table derived from it: the current installation of each person and product. */
export interface FleetKind {
  /** The table of the records. */
  readonly name: 'mobile' | 'desktop';
  /** The table of current installations: the columns of the records, and some of its own. */
  readonly current: string;
  /** The table of how many people have the same texts, which it holds in columns of their names. */
  readonly groups: string;
  readonly texts: readonly string[];
  /** The column of the system's version. */
  readonly systemVersion: string;
  readonly revisions: string;
  readonly owner: string;
  readonly firstUsed: string;
  /** Columns of the records … */
  readonly columns: readonly string[];
  /** … and those of them that hold texts. */
  readonly textColumns: readonly string[];
}

export const FLEET_KINDS: readonly FleetKind[] = [
  kind('mobile', MOBILE, 'date_first_launched_', 'phone_os', ['manufacturer', 'model']),
  kind('desktop', DESKTOP, 'date_first_used_', 'desktop_os', []),
];

function kind(
  name: FleetKind['name'],
  { owner, columns }: { readonly owner: string; readonly columns: Readonly<Record<string, ColumnKind>> },
  firstUsed: string,
  system: string,
  device: readonly string[],
): FleetKind {
  const systemVersion = `${system}_version`;
  return {
    name,
    current: `fleet_${name}`,
    groups: `fleet_${name}_group`,
    texts: ['app_product', 'app_version', system, systemVersion, ...device],
    systemVersion,
    revisions: `${name}_revision`,
    owner,
    firstUsed,
    columns: Object.keys(columns),
    textColumns: Object.keys(columns).filter((column) => columns[column] === 'text'),
  };
}
