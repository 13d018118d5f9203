import { ownerId, recordId } from '@polaris-telemetry/domain/testing';
import { describe, expect, it } from 'vitest';
import { watchedStatements } from '../support/citus/watch-statements.js';
import { databaseServers } from '../support/databases.js';
import { runSql } from '../support/sql.js';
import { storeForSuite } from '../support/stores.js';

describe.each(databaseServers())('the statements that are read by the limits of Citus on $name', (server) => {
  const suite = storeForSuite(server);

  it('are those of requests and of queries, and none of the tests themselves', async () => {
    const own = 'select ctid from mobile';
    await runSql(suite.settings, own);
    const ref = { ownerId: ownerId('ann'), id: recordId('1') };
    await suite.store.patientInstallations.find(ref);
    await suite.store.queries.revisions.patientInstallations.listRevisions(ref, { limit: 1 });
    const statements = watchedStatements();
    expect(statements).not.toContain(own);
    expect(statements.filter((text) => text.includes('from "mobile"')).length).toBeGreaterThan(1);
  });
});
