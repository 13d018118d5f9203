import { DuplicateIdError, parseRetryKey } from '@polaris-telemetry/domain';
import { actor, aMobileInstallation, instant, ownerId, recordId, text, valid } from '@polaris-telemetry/domain/testing';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { databaseServers } from '../support/databases.js';
import { isSettled } from '../support/is-settled.js';
import { openSession, runSql } from '../support/sql.js';
import { storeForSuite } from '../support/stores.js';

const record = (id: string, owner = 'one') => aMobileInstallation({ id: recordId(id), ownerId: ownerId(owner) });
const retry = (key: string) => ({ key: valid(parseRetryKey(key)), fingerprint: 'f' });

describe.each(databaseServers())('calls at the same time on $name', (server) => {
  // With one connection every batch waits its turn.
  const suite = storeForSuite(server, { pipelinedConnections: 1 });
  afterEach(() => suite.empty());

  /** The ids of the records of each transaction that wrote some. */
  async function written(): Promise<readonly string[]> {
    const rows = await runSql(
      suite.settings,
      `select string_agg(uuid, ' ' order by uuid) as ids from mobile group by xmin::text`,
    );
    return rows.map(({ ids }) => String(ids)).sort();
  }

  /** So that it is known what database it is. */
  const connect = () => suite.store.patientInstallations.find({ ownerId: ownerId('one'), id: recordId('x') });

  it.each([
    ['additions', (id: string, owner: string) => suite.store.patientInstallations.add(record(id, owner))],
    [
      'with a retry key',
      (id: string, owner: string) => suite.store.patientInstallations.add(record(id, owner), retry(id)),
    ],
  ])('%s: those of one owner are one transaction, those of others another', async (_, add) => {
    await connect();
    const outcomes = await Promise.all([add('1', 'one'), add('2', 'other'), add('3', 'one'), add('4', 'one')]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(4).fill('added'));
    expect(await written()).toEqual(['1 3 4', '2']);
  });

  it('changes: each gets its own record, and those of one owner are one transaction', async () => {
    const ids = ['1', '2', '3'];
    await Promise.all(ids.map((id) => suite.store.patientInstallations.add(record(id))));
    const change = (id: string) =>
      suite.store.patientInstallations.update(
        { ownerId: ownerId('one'), id: recordId(id) },
        { at: instant('2022-05-06T07:08:09Z'), by: actor('me'), fields: { device: { appVersion: text(`v${id}`) } } },
      );
    const outcomes = await Promise.all(['3', '1', '2', 'missing'].map(change));
    expect(outcomes).toMatchObject([
      ...['3', '1', '2'].map((id) => ({ outcome: 'updated', record: { id, device: { appVersion: `v${id}` } } })),
      { outcome: 'missing' },
    ]);
    expect(await written()).toEqual(['1 2 3']);
  });

  it('one that fails takes nothing with it, and leaves the connection usable', async () => {
    await suite.store.patientInstallations.add(record('taken'));
    const results = await Promise.allSettled(
      ['1', 'taken', '2'].map((id) => suite.store.patientInstallations.add(record(id))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: expect.any(DuplicateIdError) });
    // Each alone, after all of them were rolled back together.
    expect(await written()).toEqual(['1', '2', 'taken']);
  });

  it('a change of a row that is held waits alone, and no longer than it may', async () => {
    const ids = ['1', '2', '3'];
    await Promise.all(ids.map((id) => suite.store.patientInstallations.add(record(id))));
    const holder = await openSession(suite.settings);
    onTestFinished(() => holder.end());
    await holder.query(`begin; select from mobile where uuid = '2' and patient_id = 'one' for update`);
    const change = (id: string) =>
      suite.store.patientInstallations.update(
        { ownerId: ownerId('one'), id: recordId(id) },
        { at: instant('2022-05-06T07:08:09Z'), by: actor('me'), fields: { device: { appVersion: text('new') } } },
      );
    const [first, held, third] = ids.map(change);
    const hasEnded = isSettled(held);
    expect(await Promise.all([first, third])).toMatchObject([{ outcome: 'updated' }, { outcome: 'updated' }]);
    // They would wait for as long as that one, were it not alone.
    expect(hasEnded()).toBe(false);
    await holder.query('rollback');
    expect(await held).toMatchObject({ outcome: 'updated' });
  });
});
