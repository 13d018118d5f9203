import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../../packages/adapters/test/support/servers.js';
import { runSql } from '../../../../packages/adapters/test/support/sql.js';
import { CHECKS } from '../../src/process/doctor/checks.js';
import { type Examined, examine } from '../../src/process/doctor/examine.js';
import { type Finding, runChecks } from '../../src/process/doctor/finding.js';
import { databaseEnv } from '../support/database-env.js';
import { type KeyServer, startKeyServer } from '../support/key-server.js';
import { Service } from '../support/service.js';

const SECRETS = ['hard-to-guess', 'an HS_KEY that is long enough, and secret', 'patient seven'];
const readFile = (path: string) => readFileSync(path, 'utf8');

let server: TestServer;
let keyServer: KeyServer;
let env: Record<string, string>;
let healthy: Examined;

const sql = (...statements: readonly string[]) => runSql({ ...server.direct, database: 'telemetry' }, ...statements);

beforeAll(async () => {
  const careful = { fsync: 'on', synchronous_commit: 'on', max_prepared_transactions: '2' };
  server = await startTestServer('embedded', () => careful);
  keyServer = await startKeyServer([{ kty: 'RSA', use: 'sig' }]);
  for (const statement of [
    `create role telemetry login password '${SECRETS[0]}'`,
    'create database telemetry owner telemetry',
    `create database latin encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C' owner telemetry`,
  ])
    await runSql(server.direct, statement);
  env = {
    ENVIRONMENT: 'PRODUCTION',
    ...databaseEnv({ ...server.direct, user: 'telemetry', password: SECRETS[0] ?? '', database: 'telemetry' }),
    HS_KEY: SECRETS[1] ?? '',
    PROXY_URL: 'https://platform.example',
  };
  await new Service(env, ['migrate']).exit;
  await sql(
    `insert into mobile select 'z' || n, now(), 'c', now(), 'c', '${SECRETS[2]}' || n, 'd', now(), 0, 'GDM', '1.0', 'o', '1', 'm', 'x', 'n' from generate_series(1, 50) n`,
    `insert into access (at, actor, operation, person_id, status, request_id, ids) values (now(), '${SECRETS[2]}', 'GET /', null, 200, 'r', '{}')`,
  );
  // The service builds what search and reports read.
  const service = await new Service({ ...env, SHUTDOWN_DELAY: '0' }).ready();
  const unfinished = `select from fleet_build where walking or not built union all select from fleet_queue`;
  while ((await sql(unfinished)).length > 0) await sleep(50);
  service.kill('SIGINT');
  await service.exit;
  await sql(`update fleet_state set as_of = clock_timestamp() at time zone 'UTC'`);
  healthy = await examine(env, readFile);
});

afterAll(async () => {
  await Service.endAll();
  await keyServer.stop();
  await server.stop();
});

function troubles(examined: Examined): readonly Finding[] {
  const findings = runChecks(CHECKS, examined).filter(({ level }) => level !== 'ok');
  for (const secret of SECRETS) expect(JSON.stringify(findings)).not.toContain(secret);
  return findings;
}

/** [what is planted, the check that finds it, its level, what it says, what to do about it]. */
type Fault<Plant> = readonly [Plant, string, Finding['level'], RegExp, RegExp];

const expected = ([, check, level, what, remedy]: Fault<unknown>) =>
  expect.objectContaining({ check, level, what: expect.stringMatching(what), remedy: expect.stringMatching(remedy) });

describe('the doctor', () => {
  it('finds nothing on a healthy system, looks at everything, and ends with 0', async () => {
    expect(troubles(healthy)).toEqual([]);
    await sql(`update fleet_state set as_of = clock_timestamp() at time zone 'UTC'`);
    const began = performance.now();
    const command = new Service(env, ['doctor', '--json']);
    expect(await command.exit).toEqual({ code: 0, signal: null });
    // 2 s are promised; the rest is for a busy machine.
    expect((performance.now() - began) / 1000).toBeLessThan(10);
    const { findings, ...rest } = JSON.parse(command.stdout);
    expect(rest).toEqual({ healthy: true, failures: 0, warnings: 0 });
    expect(findings).toEqual(CHECKS.map(({ name }) => ({ check: name, level: 'ok' })));
    expect(command.stderr).toBe('');
  });

  it('ends with 1 for a warning and with 2 for a failure, and says what to do', async () => {
    const warned = new Service({ ...env, DATABASE_PASWORD: 'x' }, ['doctor']);
    expect((await warned.exit).code).toBe(1);
    expect(warned.stdout).toMatch(/warning +settings: DATABASE_PASWORD is not a setting.*\n +Correct the setting/);
    const failed = new Service({ ...env, DATABASE_PASSWORD: `$${'{DB_PASSWORD}'}` }, ['doctor']);
    expect((await failed.exit).code).toBe(2);
    expect(failed.stdout).toMatch(
      /failure +settings expanded: DATABASE_PASSWORD holds a placeholder.*\n +Have DATABASE_/,
    );
    expect(failed.stdout).not.toContain('DB_PASSWORD}');
  });

  const settings: readonly Fault<Record<string, string>>[] = [
    [{ HS_KEY: '$(HS_KEY)' }, 'settings expanded', 'failure', /^HS_KEY holds/, /Have HS_KEY expanded/],
    [{ PROXY_URL: '{{ .Values.url }}' }, 'settings expanded', 'failure', /^PROXY_URL/, /Have PROXY_URL/],
    [{ PROXY_URL: '' }, 'settings', 'failure', /^PROXY_URL must be set/, /Correct PROXY_URL/],
    [{ LOG_LEVEL: 'loud' }, 'settings', 'failure', /^LOG_LEVEL must be one of/, /Correct LOG_LEVEL/],
    [{ PGSSLROOTCERT: '/nowhere.pem' }, 'settings', 'failure', /^PGSSLROOTCERT.*ENOENT/, /Correct PGSSLROOTCERT/],
    [{ HS_KEY: 'short' }, 'settings', 'warning', /^HS_KEY is shorter/, /Correct the setting/],
    [{ PORT: '1', SERVER_PORT: '2' }, 'settings', 'warning', /^PORT and SERVER_PORT differ/, /Correct the setting/],
    [{ DATABASE_PORT: '1' }, 'database reached', 'failure', /nothing listens there/, /Correct the settings/],
    [{ DATABASE_PASSWORD: 'wrong' }, 'database reached', 'failure', /wrong password/, /Correct the settings/],
    [{ DATABASE_NAME: 'nowhere' }, 'database reached', 'failure', /no such database/, /Correct the settings/],
    [{ PGSSLMODE: 'require' }, 'database reached', 'failure', /TLS: the server offers none/, /Correct the settings/],
    [{ DATABASE_NAME: 'latin' }, 'database encoding', 'failure', /encoding is LATIN1/, /database of encoding UTF8/],
    [{ DATABASE_NAME: 'latin' }, 'schema', 'failure', /migrations have not run: 0001/, /main\.js migrate/],
    [{ DATABASE_READ_PORT: '1' }, 'replica', 'warning', /nothing listens there/, /Correct DATABASE_READ_HOST/],
    [{ DATABASE_READ_HOST: '127.0.0.1' }, 'replica', 'warning', /is not a streaming replica/, /Correct DATABASE_READ/],
  ];

  it.each(settings)('finds in the settings: %j', async (...fault) => {
    expect(troubles(await examine({ ...env, ...fault[0] }, readFile))).toContainEqual(expected(fault));
  });

  it('looks at the database too where another setting is wrong', async () => {
    const findings = troubles(await examine({ ...env, LOG_LEVEL: 'loud', DATABASE_PASSWORD: 'wrong' }, readFile));
    expect(findings.map(({ check, level }) => `${check}: ${level}`)).toEqual(
      expect.arrayContaining(['settings: failure', 'database reached: failure', 'key server: not examined']),
    );
  });

  /** Statements that plant a fault, and those that take it back. */
  type Planted = readonly [plant: string, undo: string];
  const planted: readonly Fault<Planted>[] = [
    [
      ['alter role telemetry superuser', 'alter role telemetry nosuperuser'],
      'database role',
      'warning',
      /is a superuser/,
      /Make a role/,
    ],
    [
      ['revoke insert on mobile from telemetry', 'grant insert on mobile to telemetry'],
      'database role',
      'failure',
      /lacks rights: insert on mobile$/,
      /Grant them/,
    ],
    [
      ['alter role telemetry connection limit 9', 'alter role telemetry connection limit -1'],
      'database connections',
      'warning',
      /may have 9 connections/,
      /connection limit/,
    ],
    [
      [
        'alter database telemetry set default_transaction_read_only = on',
        'set default_transaction_read_only = off; alter database telemetry reset all',
      ],
      'database is writable',
      'failure',
      /read-only/,
      /reset default_transaction_read_only/,
    ],
    [
      ['alter database telemetry set synchronous_commit = off', 'alter database telemetry reset all'],
      'database keeps what it acknowledges',
      'warning',
      /synchronous_commit is off/,
      /synchronous_commit = on/,
    ],
    [
      [`begin; create table p (); prepare transaction 'p'`, `rollback prepared 'p'`],
      'database transactions',
      'warning',
      /^1 prepared/,
      /pg_prepared_xacts/,
    ],
    [
      [
        `delete from kysely_migration where name = '0007-erasure-replays'`,
        `insert into kysely_migration values ('0007-erasure-replays', '')`,
      ],
      'schema',
      'failure',
      /not run: 0007/,
      /main\.js migrate/,
    ],
    [
      [
        `insert into kysely_migration values ('9999-later', '')`,
        `delete from kysely_migration where name = '9999-later'`,
      ],
      'schema',
      'warning',
      /later version.*9999-later/,
      /Finish the roll-out/,
    ],
    [
      ['alter index mobile_latest rename to aside', 'alter index aside rename to mobile_latest'],
      'indexes and triggers',
      'warning',
      /index mobile_latest is missing/,
      /main\.js migrate/,
    ],
    [
      [
        `update pg_index set indisvalid = false where indexrelid = 'mobile_latest'::regclass`,
        `update pg_index set indisvalid = true where indexrelid = 'mobile_latest'::regclass`,
      ],
      'indexes and triggers',
      'warning',
      /index mobile_latest is unusable/,
      /main\.js migrate/,
    ],
    [
      ['alter table desktop disable trigger user', 'alter table desktop enable trigger user'],
      'indexes and triggers',
      'failure',
      /triggers desktop_revision are turned off/,
      /enable trigger/,
    ],
    [
      ['alter table desktop rename to aside', 'alter table aside rename to desktop'],
      'indexes and triggers',
      'failure',
      /triggers desktop_revision are missing/,
      /main\.js migrate/,
    ],
    [
      [
        `update fleet_state set as_of = as_of - interval '1 hour'`,
        `update fleet_state set as_of = clock_timestamp() at time zone 'UTC'`,
      ],
      'state of search and reports',
      'warning',
      /is 3\d\d\d s old/,
      /TelemetryFleetStale/,
    ],
    [
      [
        `update fleet_state set as_of = '-infinity'`,
        `update fleet_state set as_of = clock_timestamp() at time zone 'UTC'`,
      ],
      'state of search and reports',
      'warning',
      /never been built/,
      /Start the service/,
    ],
    [
      [
        `insert into fleet_queue (kind, owner) select 'mobile', '${SECRETS[2]}' || n from generate_series(1, 10001) n`,
        'delete from fleet_queue',
      ],
      'state of search and reports',
      'warning',
      /more than 10000 changes/,
      /bulk load/,
    ],
    [
      [
        `insert into fleet_person (kind, owner, days, versions) values ('mobile parked', '${SECRETS[2]}', '{}', '{}')`,
        `delete from fleet_person where kind = 'mobile parked'`,
      ],
      'state of search and reports',
      'warning',
      /^1 people have too many/,
      /TelemetryFleetParked/,
    ],
    [
      [
        'update fleet_mobile set installations = installations + 1',
        'update fleet_mobile set installations = installations - 1',
      ],
      'self-check of search and reports',
      'failure',
      /is wrong for \d+/,
      /check-fleet --repair/,
    ],
    [
      [
        `update erasure_replay set incarnation = incarnation || ' before'`,
        `update erasure_replay set incarnation = replace(incarnation, ' before', '')`,
      ],
      'receipts of erasures',
      'warning',
      /was restored/,
      /erasures replay FILE/,
    ],
    [
      [
        'create table aside as select * from erasure_key; delete from erasure_key',
        'insert into erasure_key select * from aside; drop table aside',
      ],
      'receipts of erasures',
      'failure',
      /key .* is gone/,
      /erasures replay FILE/,
    ],
    [
      [`update access set at = now() - interval '400 days'`, 'update access set at = now()'],
      'access log',
      'warning',
      /400 days old, and ACCESS_LOG_DAYS is 365/,
      /is it running/,
    ],
    [
      [`select pg_create_physical_replication_slot('idle')`, `select pg_drop_replication_slot('idle')`],
      'write-ahead log',
      'warning',
      /^1 replication slots/,
      /pg_drop_replication_slot/,
    ],
  ];

  it.each(planted)('finds in the database: %j', async (...fault) => {
    const [plant, undo] = fault[0];
    await sql(...plant.split('; '));
    try {
      expect(troubles(await examine(env, readFile))).toContainEqual(expected(fault));
    } finally {
      await sql(...undo.split('; '));
    }
  });

  const keys: readonly Fault<(server: KeyServer) => unknown>[] = [
    [(given) => given.publish([{ kty: 'oct' }]), 'key server', 'failure', /no key that can check/, /publish an RSA/],
    [(given) => given.publish([{ kty: 'RSA', use: 'enc' }]), 'key server', 'failure', /no key/, /publish an RSA/],
    [
      (given) => given.answer((_, response) => response.writeHead(404).end()),
      'key server',
      'failure',
      /status 404/,
      /Correct AUTH0_JWKS_URL/,
    ],
    [
      (given) => given.answer((_, response) => response.end('<html>')),
      'key server',
      'failure',
      /no set of keys/,
      /AUTH0_JWKS_URL/,
    ],
    [
      (given) =>
        given.answer((_, response) => {
          response.setHeader('Date', new Date(Date.now() - 30_000).toUTCString());
          response.end('{"keys":[{"kty":"RSA"}]}');
        }),
      'clock of tokens',
      'warning',
      /clock of the key server is (29|30|31) s behind/,
      /NTP/,
    ],
    [(given) => given.stop(), 'key server', 'failure', /no connection \(ECONNREFUSED\)/, /AUTH0_JWKS_URL/],
  ];

  it('finds what is wrong with the key server', async () => {
    const auth0 = { AUTH0_DOMAIN: 'https://issuer.example/', AUTH0_AUDIENCE: 'a', AUTH0_JWKS_URL: keyServer.url.href };
    const there = await examine({ ...env, ...auth0 }, readFile);
    expect(troubles(there).filter(({ check }) => check !== 'settings')).toEqual([]);
    for (const fault of keys) {
      await fault[0](keyServer);
      expect(troubles(await examine({ ...env, ...auth0 }, readFile))).toContainEqual(expected(fault));
    }
    await keyServer.start();
  });

  /** What cannot be brought about here, as it would have been read. */
  const read: readonly Fault<(healthy: Examined) => Partial<Examined>>[] = [
    [vital('clock', { ahead: -5_000 }), 'clock of the database', 'warning', /is 5 s behind/, /NTP/],
    [vital('clock', { ahead: 90_000 }), 'clock of the database', 'failure', /is 90 s ahead/, /NTP/],
    [vital('server', { fsync: false }), 'database keeps what it acknowledges', 'failure', /fsync/, /Turn both on/],
    [vital('server', { recovering: true }), 'database is writable', 'failure', /standby/, /DATABASE_HOST/],
    [vital('server', { autovacuum: false }), 'database cleans up', 'warning', /autovacuum is off/, /autovacuum = on/],
    [vital('server', { transaction_age: 1_500_000_000 }), 'database cleans up', 'failure', /stops/, /vacuum freeze/],
    [vital('server', { connections: 199 }), 'database connections', 'warning', /199 of 200/, /max_connections/],
    [vital('server', { version: 130_004 }), 'database version', 'warning', /PostgreSQL 13/, /Upgrade/],
    [pooled, 'pooler', 'warning', /never ends a statement/, /alter role … set statement_timeout/],
    [vital('activity', { longest_transaction: 720 }), 'database transactions', 'warning', /12 minutes/, /pg_terminate/],
    [vital('activity', { blocked: 3 }), 'database transactions', 'warning', /^3 sessions/, /pg_blocking_pids/],
    [vital('log', { archiving_fails: true }), 'write-ahead log', 'failure', /archiving fails/, /archive_command/],
    [() => ({ freeBytes: 5e8 }), 'disk of the embedded database', 'warning', /476 MiB/, /Make room/],
    [() => ({ freeBytes: 5e7 }), 'disk of the embedded database', 'failure', /47 MiB/, /Make room/],
    [() => ({ schema: { refusal: 'a pooler' } }), 'schema', 'failure', /a pooler/, /DATABASE_MIGRATION_HOST/],
    [() => ({ replica: 'behind' }), 'replica', 'warning', /behind/, /TelemetryReplicaBehind/],
    [elsewhere(false), 'database connection is encrypted', 'failure', /not encrypted/, /verify-full/],
    [elsewhere(true), 'database connection is encrypted', 'warning', /no one checks/, /verify-full/],
  ];

  it.each(read)('finds what is read: %#', (...fault) => {
    expect(troubles({ ...healthy, ...fault[0](healthy) })).toContainEqual(expected(fault));
  });
});

type VitalsOf<Part extends keyof NonNullable<Examined['vitals']>> = NonNullable<NonNullable<Examined['vitals']>[Part]>;

function vital<Part extends keyof NonNullable<Examined['vitals']>>(part: Part, change: Partial<VitalsOf<Part>>) {
  return ({ vitals }: Examined): Partial<Examined> => ({
    vitals: vitals && { ...vitals, [part]: { ...(vitals[part] as object), ...(change as object) } },
  });
}

function pooled({ vitals }: Examined): Partial<Examined> {
  return { vitals: vitals && { ...vitals, pooled: true } };
}

function elsewhere(encrypted: boolean) {
  return ({ vitals, config }: Examined): Partial<Examined> => ({
    vitals: vitals && { ...vitals, encrypted },
    config: config && { ...config, database: { ...config.database, host: 'db.example' } as typeof config.database },
  });
}
