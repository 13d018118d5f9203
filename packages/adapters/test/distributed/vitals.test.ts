import { aMobileInstallation } from '@polaris-telemetry/domain/testing';
import { describe, expect, it } from 'vitest';
import { connectPostgres, readVitals } from '../../src/index.js';
import { databaseServers, migratedDatabase } from '../support/databases.js';
import { runSql } from '../support/sql.js';

describe.each(databaseServers())('what a distributed database says of itself ($name)', (server) => {
  it('is of every node, and counts notes on their way to the queue', async () => {
    const settings = await migratedDatabase(server);
    await runSql(settings, 'delete from fleet_queue');
    const store = connectPostgres(settings);
    await store.patientInstallations.add(aMobileInstallation());
    await store.close();
    const { differing: _, ...vitals } = await readVitals(settings);
    expect(Object.entries(vitals).filter(([, part]) => part === undefined)).toEqual([]);
    expect(vitals.fleet?.waiting).toBe(1);
    expect(vitals.role?.lacking).toEqual([]);
  });

  it('is unknown where a node does not answer', async () => {
    const settings = await migratedDatabase(server);
    await runSql(
      settings,
      'alter extension citus drop function run_command_on_workers(text, boolean)',
      `create or replace function pg_catalog.run_command_on_workers(command text, parallel boolean default true,
         out nodename text, out nodeport int, out success boolean, out result text) returns setof record language sql
         as $$ values ('worker-1', 5432, true, '{}'), ('worker-2', 5432, false, 'ERROR:  connection refused') $$`,
    );
    const { server: itself, activity, log, account } = await readVitals(settings);
    expect([itself, activity, log]).toEqual([undefined, undefined, undefined]);
    expect(account).toBeDefined();
  });
});
