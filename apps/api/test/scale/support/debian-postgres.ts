import { join } from 'node:path';
import type { Binaries } from '../../../../../packages/adapters/src/postgres/embedded/binaries.js';

const root = '/usr/lib/postgresql/15';

/** Debian's PostgreSQL: the embedded one brings neither pg_basebackup nor pg_rewind. */
export const DEBIAN_POSTGRES: Binaries = {
  root,
  initdb: join(root, 'bin', 'initdb'),
  postgres: join(root, 'bin', 'postgres'),
};
