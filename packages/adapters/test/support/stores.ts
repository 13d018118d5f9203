import { afterAll, beforeAll } from 'vitest';
import { connectPostgres, type PostgresOptions, type PostgresStore } from '../../src/index.js';
import type { DatabaseSettings } from '../../src/postgres/connections/settings.js';
import { createDatabase, type TestDatabases } from './databases.js';

/** A store on a database of its own, for all tests of a suite. */
export interface SuiteStore {
  readonly settings: DatabaseSettings;
  readonly store: PostgresStore;
  /** The store, emptied. */
  empty(): Promise<PostgresStore>;
}

/** Makes a migrated database before the suite's tests and removes it after them. */
export function storeForSuite(server: TestDatabases, options: PostgresOptions = {}): SuiteStore {
  let made: { settings: DatabaseSettings; store: PostgresStore; drop(): Promise<void> } | undefined;

  beforeAll(async () => {
    const { settings, drop } = await createDatabase(server, server.template);
    made = { settings, store: connectPostgres(settings, options), drop };
  });

  afterAll(async () => {
    await made?.store.close();
    await made?.drop();
  });

  function get() {
    if (made === undefined) throw new Error('the store is there only while the tests run');
    return made;
  }

  return {
    get settings() {
      return get().settings;
    },
    get store() {
      return get().store;
    },
    async empty() {
      await get().store.eraser.eraseAll();
      return get().store;
    },
  };
}
