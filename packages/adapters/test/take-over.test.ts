import { describe, expect, it } from 'vitest';
import { buildWhileServing, migrateDown, migrateUp, migrationStatus } from '../src/index.js';
import { migrations } from '../src/postgres/migrations/index.js';
import { INDEXES } from '../src/postgres/migrations/indexes.js';
import { catalogue } from './support/catalogue.js';
import { databaseServers, freshDatabase } from './support/databases.js';
import { HOSTILE_ROWS, ORIGINAL_SCHEMA, originalWrites, ROW_DIGESTS } from './support/original.js';
import { runSql } from './support/sql.js';

describe.each(databaseServers())('taking over a database of the original on $name', (server) => {
  it('changes no row, lets the original keep writing, and restores its schema', async () => {
    const settings = await freshDatabase(server);
    await runSql(settings, ORIGINAL_SCHEMA, HOSTILE_ROWS);
    const schema = await catalogue(settings);
    const rows = await runSql(settings, ROW_DIGESTS);
    expect(rows.length).toBe(518);

    await migrateUp(settings);
    await buildWhileServing(settings);
    expect(await runSql(settings, ROW_DIGESTS)).toEqual(rows);
    expect(await migrationStatus(settings)).toEqual({
      done: Object.keys(migrations),
      pending: [],
      ahead: [],
      builds: [
        { what: 'triggers', name: 'mobile_revision', state: 'valid' },
        { what: 'triggers', name: 'desktop_revision', state: 'valid' },
        { what: 'triggers', name: 'blood_glucose_meter_revision', state: 'valid' },
        { what: 'triggers', name: 'mobile_fleet', state: 'valid' },
        { what: 'triggers', name: 'desktop_fleet', state: 'valid' },
        { what: 'triggers', name: 'blood_glucose_meter_fleet', state: 'valid' },
        ...INDEXES.map(({ name }) => ({ what: 'index', name, state: 'valid' })),
      ],
      encoding: 'UTF8',
      alembicHeads: ['0374bb6b95f6'],
      alembicExpected: '0374bb6b95f6',
    });

    await runSql(settings, originalWrites('while-ours-runs'));
    const later = await runSql(settings, ROW_DIGESTS);
    expect(later.length).toBe(519);

    await migrateDown(settings, { dropRevisions: true });
    expect(await catalogue(settings)).toEqual(schema);
    expect(await runSql(settings, 'select * from alembic_version')).toEqual([{ version_num: '0374bb6b95f6' }]);
    expect(await runSql(settings, ROW_DIGESTS)).toEqual(later);

    await migrateUp(settings);
    await buildWhileServing(settings);
    await runSql(settings, originalWrites('after-a-way-back'));
  });

  it('never makes the original wait for a lock of its tables', async () => {
    const settings = await freshDatabase(server);
    await runSql(settings, ORIGINAL_SCHEMA, HOSTILE_ROWS);
    let stop = false;
    const write = async () => {
      for (let n = 0; !stop; n += 1) await runSql(settings, `set lock_timeout = '1s'`, originalWrites(`busy-${n}`));
    };
    const writing = write();
    await migrateUp(settings);
    await buildWhileServing(settings);
    await migrateDown(settings, { dropRevisions: true });
    stop = true;
    await writing;
  });

  it.each([
    ['another head', `update alembic_version set version_num = 'deadbeef0001'`, /head deadbeef0001.*0374bb6b95f6/],
    ['several heads', `insert into alembic_version values ('aaa')`, /head 0374bb6b95f6, aaa, .*0374bb6b95f6/],
    ['no head', 'delete from alembic_version', /head none.*0374bb6b95f6/],
    [
      'other columns',
      'alter table mobile drop column model; alter table desktop alter column ip_address type text',
      /mobile.model is missing, not character varying; desktop.ip_address is text, not character varying/,
    ],
  ])('refuses a database with %s, untouched', async (_, change, message) => {
    const settings = await freshDatabase(server);
    await runSql(settings, ORIGINAL_SCHEMA, change);
    const before = await catalogue(settings);
    await expect(migrateUp(settings)).rejects.toThrow(message);
    expect(await catalogue(settings)).toEqual(before);
  });
});
