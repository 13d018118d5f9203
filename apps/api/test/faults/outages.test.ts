import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVED_TABLE_NAMES } from '../../../../packages/adapters/src/postgres/tables.js';
import { Service } from '../support/service.js';
import { Database } from './support/database.js';
import { smallDisk } from './support/small-disk.js';
import { type Expected, TroubledService } from './support/troubled-service.js';

/** One service goes through all of it without a restart. */
let database: Database;
let troubled: TroubledService;

beforeAll(async () => {
  database = await Database.start();
  troubled = await TroubledService.start(database);
});
afterAll(async () => {
  await Service.endAll();
  await database.remove();
});

interface Trouble {
  readonly name: string;
  /** Brings it about. @returns what ends it */
  readonly begin: () => Promise<() => Promise<unknown>>;
  readonly expected: Expected;
}

const REFUSED = { writes: 'refused', reads: 'refused', health: 503 } as const;
const HELD = { writes: 'refused after a wait', reads: 'refused after a wait', health: 503 } as const;

const troubles: readonly Trouble[] = [
  {
    name: 'all its processes stopped',
    async begin() {
      database.freeze();
      return async () => database.thaw();
    },
    expected: { ...HELD, says: /no answer|did not answer/ },
  },
  {
    name: 'its connections used up by others',
    async begin() {
      const theirs: { end(): Promise<void> }[] = [];
      // The first one to come gets what the service releases.
      for (let ours = 1; ours > 0; ) {
        await database.disconnect();
        for (;;) {
          const session = await database.ordinarySession().catch(() => undefined);
          if (session === undefined) break;
          session.on('error', () => {});
          theirs.push(session);
        }
        // The last ones that the service may have got in between.
        const [row] = await database.sql(
          `select count(*) as n from pg_stat_activity where application_name = 'polaris-telemetry'
             and usename = '${database.role}' and pid <> all(array[${[0, ...pidsOf(theirs)].join()}])`,
        );
        ours = Number(row?.['n']);
      }
      return () => Promise.all(theirs.map((session) => session.end()));
    },
    expected: { ...HELD, says: /53300/ },
  },
  {
    name: 'read-only',
    async begin() {
      await database.sql('alter database telemetry set default_transaction_read_only to on');
      await database.disconnect();
      return () => database.sql('alter database telemetry reset default_transaction_read_only');
    },
    expected: { ...REFUSED, reads: 'served', says: /read-only/ },
  },
  {
    name: 'a standby, until it is promoted',
    async begin() {
      await database.restart({ standby: true });
      return () => database.sql('select pg_promote()');
    },
    expected: { ...REFUSED, reads: 'served', says: /standby/ },
  },
  {
    name: 'the right to write withdrawn',
    async begin() {
      await database.sqlIn(
        'telemetry',
        ...SERVED_TABLE_NAMES.map((table) => `alter table ${table} owner to current_user`),
      );
      return () =>
        database.sqlIn(
          'telemetry',
          ...SERVED_TABLE_NAMES.map((table) => `alter table ${table} owner to ${database.role}`),
        );
    },
    expected: { ...REFUSED, says: /lacks rights/ },
  },
  {
    name: 'the role locked out',
    async begin() {
      await database.sql(`alter role ${database.role} nologin`);
      await database.disconnect();
      return () => database.sql(`alter role ${database.role} login`);
    },
    expected: { ...HELD, says: /28000/ },
  },
  {
    name: 'its password changed',
    async begin() {
      await database.sql(`alter role ${database.role} password 'another'`);
      await database.disconnect();
      return () => database.sql(`alter role ${database.role} password '${database.password}'`);
    },
    expected: { ...HELD, says: /28P01/ },
  },
  {
    name: 'a table locked',
    async begin() {
      const holder = await database.session();
      await holder.query('begin; lock table mobile in access exclusive mode');
      return () => holder.end();
    },
    expected: { ...HELD, health: 200, meters: 'served' },
  },
];

function pidsOf(sessions: readonly object[]): readonly unknown[] {
  return sessions.map((session) => ('processID' in session ? session.processID : 0));
}

describe('while the database is not itself', () => {
  it.each(troubles)('$name: honest answers in time, and recovery without a restart', async ({ begin, expected }) => {
    const end = await begin();
    try {
      await troubled.expectWhileItLasts(expected);
    } finally {
      await end();
    }
    await troubled.expectRecovery();
  });

  it('its disk full: what cannot be stored is refused, the rest is served', async () => {
    const disk = await smallDisk(database, 'on_small_disk');
    await database.create('on_small_disk', disk.clause);
    const service = await TroubledService.start(database, 'on_small_disk');
    await sleep(1_000);
    try {
      await disk.fill();
      await service.expectWhileItLasts({ ...REFUSED, reads: 'served', meters: 'served', says: /53100/ });
      await disk.clear();
      await service.expectRecovery();
    } finally {
      service.service.kill('SIGINT');
      await service.service.exit;
      await database.sql('drop database on_small_disk with (force)');
      await disk.remove();
    }
  });

  it('says why in the log, but not the password', () => {
    expect(troubled.service.stdout).toMatch(/28P01|password authentication failed/);
    expect(troubled.service.stdout + troubled.service.stderr).not.toContain(database.password);
  });
});
