import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Contestant, startContestant } from '../../kit/contestants.ts';
import { costOf } from '../../kit/cost.ts';
import type { Server } from '../../kit/postgres.ts';
import { startReplica, untilCaughtUp } from '../../kit/replica.ts';
import type { RequestTemplate } from '../../kit/requests.ts';
import { inTurns } from '../../kit/rounds.ts';
import { sendLoad } from '../../kit/send-load.ts';
import { spreadOf } from '../../kit/statistics.ts';
import { figure, spreadText, table } from '../../kit/text.ts';
import type { Options } from '../options.ts';
import { whenBuilt } from './build.ts';
import { REPORT_PATHS } from './reports.ts';
import { getOf, request, type Subject, startSubject } from './subject.ts';

const DEFAULT_ROWS = 100_000;
const PAGES = [
  '',
  '&sort=since',
  '&sort=last_seen',
  '&app_version_below=3.3',
  '&app_version_below=4.8&sort=-last_seen',
];

/** What is asked, and how often a second. */
interface Asked {
  readonly title: string;
  readonly rate: number;
  readonly templates: (subject: Subject) => RequestTemplate[];
}

const ASKED: readonly Asked[] = [
  {
    title: 'pages of a search',
    rate: 50,
    templates: (subject) => PAGES.map((more) => getOf(subject, `patients?page_size=50&app_product=GDM${more}`)),
  },
  {
    title: 'reports, each in turn',
    rate: 10,
    templates: (subject) => REPORT_PATHS.map((path) => getOf(subject, path)),
  },
];

/** Microseconds of CPU a second. */
interface Figures {
  readonly primary: number;
  readonly replica: number;
}

/** Asks two services for the same, one with a replica, in turn: what each server spends on it. */
export async function measureReplica(options: Options, server: Server): Promise<object> {
  const [rows = DEFAULT_ROWS] = options.rows ?? [];
  const without = await startSubject(rows, options, server, () => {});
  await whenBuilt(without);
  const { database } = without.service;
  const port = await startReplica(server, database);
  const replica = { ...database, DATABASE_PORT: port };
  const pools = { primary: without.service.pool, replica: server.connect(replica) };
  await untilCaughtUp(pools.primary, pools.replica);
  const env = { DATABASE_READ_HOST: replica.DATABASE_HOST, DATABASE_READ_PORT: port };
  const withReplica = { ...without, service: await startContestant(server, { name: 'ours', database, env }) };
  await untilUsed(withReplica.service);

  const { primary: idle, replica: replay } = await spentOn(pools, options.seconds, () => sleep(options.seconds * 1000));
  const lines = [['nothing asked, us a second', '', figure(idle), figure(replay)]];
  for (const { title, rate, templates } of ASKED) {
    const ask = (subject: Subject) => async (): Promise<Figures> => {
      const all = templates(subject);
      for (const { path } of all) await request(subject, path);
      const load = { templates: all, connections: 8, seconds: options.seconds, rate };
      return await spentOn(pools, options.seconds, () => sendLoad(subject.service, load));
    };
    const taken = await inTurns(
      options.rounds,
      { alone: ask(without), replica: ask(withReplica) },
      { firstCounts: true },
    );
    const perRequest = (all: readonly Figures[], server: keyof Figures, nothing: number) =>
      spreadText(spreadOf(all.map((one) => Math.max(0, (one[server] - nothing) / rate))));
    lines.push([
      `${title}, ${rate}/s, us each`,
      perRequest(taken.alone, 'primary', idle),
      perRequest(taken.replica, 'primary', idle),
      perRequest(taken.replica, 'replica', replay),
    ]);
    console.log(lines.at(-1)?.join(' | '));
  }
  const head = [`${figure(rows)} installations, CPU`, 'primary, without replica', 'primary, with', 'replica'];
  console.log(`\n${table([head, ...lines])}`);
  return { rows, lines };
}

async function spentOn(
  pools: { readonly primary: pg.Pool; readonly replica: pg.Pool },
  seconds: number,
  work: () => Promise<unknown>,
): Promise<Figures> {
  const { result, cost } = await costOf(pools.primary, {}, () => costOf(pools.replica, {}, work));
  return { primary: cost.postgres / seconds, replica: result.cost.postgres / seconds };
}

/** Waits until the service finds its replica close enough. */
async function untilUsed({ port }: Contestant): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    if (/^database_replica_usable 1$/m.test(metrics)) return;
    await sleep(100);
  }
}
