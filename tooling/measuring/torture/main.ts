/**
 * Load, overload and stubborn clients on the built service and a real PostgreSQL. Prints figures; fails only for a wrong
 * answer, a loss, a hang, or more memory than documented.
 */
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FloodOrder, FloodResult } from '../kit/flood.ts';
import { choices, program, wholeNumber } from '../kit/options.ts';
import { residentBytes } from '../kit/proc.ts';
import { runProgram } from '../kit/run-program.ts';
import { flood } from '../kit/send-load.ts';
import { figure, table } from '../kit/text.ts';
import { greed } from './greedy-clients.ts';
import { SteadyClient, type SteadyResult, summary } from './steady-client.ts';
import { idle, nonReaders, type Stubborn, tricklers } from './stubborn-clients.ts';
import { startTarget, type Target } from './target.ts';
import { Verdict } from './verdict.ts';

const PARTS = ['stubborn', 'overload', 'memory'] as const;

const command = program(
  'torture',
  'Load, overload and stubborn clients. Fails for a wrong answer, a loss or a hang only.',
)
  .option('--seconds <n>', 'seconds of each part', wholeNumber, 10)
  .option('--rate <n>', 'requests a second of the well-behaved client among stubborn ones', wholeNumber, 200)
  .option('--times <n>', 'the overload, as a multiple of what can be served', wholeNumber, 3)
  .option('--part <a,b>', `of ${PARTS.join(', ')}`, choices(PARTS), PARTS)
  .option('--folder <dir>', 'for database and logs', '.data/torture');

const COLUMNS = ['p50', 'p99', 'highest', '/running p99', '/healthcheck p99', 'memory, MiB'];

await runProgram('torture', async (cleanup) => {
  const { seconds, rate, times, part, folder } = command.parse().opts();
  const verdict = new Verdict();
  const target = await startTarget(resolve(join(folder, String(process.pid))), cleanup);
  const client = new SteadyClient(target, verdict);
  if (part.includes('stubborn')) await stubbornClients(target, client, verdict, { seconds, rate });
  if (part.includes('overload')) await overload(target, client, verdict, { seconds, times });
  if (part.includes('memory')) console.log(`\n${table(await greed(target, verdict))}`);
  const acknowledged = await client.checkLosses();
  target.contestant.assertAlive();
  console.log(`\n${figure(acknowledged)} acknowledged writes were looked for.`);
  for (const fault of verdict.faults) console.error(`✗ ${fault}`);
  if (verdict.faults.length > 0) process.exitCode = 1;
  else console.log('No wrong answer, no loss, no hang.');
});

async function stubbornClients(
  target: Target,
  client: SteadyClient,
  verdict: Verdict,
  { seconds, rate }: { readonly seconds: number; readonly rate: number },
): Promise<void> {
  const rows = [['a well-behaved client', ...COLUMNS]];
  const measure = async (title: string) => {
    const result = await client.run({ rate, probes: 5, seconds });
    if (result.refused.length > 0) verdict.fault(`${result.refused.length} requests were refused without an overload`);
    rows.push([title, ...figures(target, result)]);
  };
  await client.run({ rate, probes: 5, seconds: 2 });
  await measure('alone');
  const crowds: Stubborn[] = [await idle(target, 2_000)];
  await measure('+ 2,000 idle connections');
  crowds.push(await tricklers(target, 500));
  await measure('+ 500 that trickle headers or bodies');
  crowds.push(await nonReaders(target, 200));
  // Their requests briefly are an overload; what counts is what they hold on to.
  await sleep(5_000);
  await measure('+ 200 that never read their answers');
  const [waiting] = crowds;
  if (waiting?.connected() !== 2_000) verdict.fault('an idle connection was not kept');
  for (const crowd of crowds) crowd.leave();
  await sleep(1_000);
  await measure('alone again');
  console.log(`${rate} requests/s (half of them writes), ${seconds} s each; milliseconds.\n\n${table(rows)}\n`);
}

async function overload(
  target: Target,
  client: SteadyClient,
  verdict: Verdict,
  { seconds, times }: { readonly seconds: number; readonly times: number },
): Promise<void> {
  const order = { connections: 64, seconds, warmUp: 2 };
  const peak = (await floodTarget(target, verdict, { ...order, rate: 0 })).served.length / seconds;
  const rows = [['new clients meanwhile', ...COLUMNS, 'refused p99', '/healthcheck says 200']];
  const rate = Math.round(peak * times);
  const flooding = floodTarget(target, verdict, { ...order, connections: 2_500, rate });
  await sleep((order.warmUp + 1) * 1000);
  const result = await client.run({ rate: 20, probes: 2, seconds: seconds - 2, newConnections: true });
  rows.push([
    'in the overload',
    ...figures(target, result),
    figure(summary(result.refused)[1]),
    `${result.healthy} of ${result.health.length}`,
  ]);
  const flooded = await flooding;
  const after = await client.run({ rate: 20, probes: 2, seconds: 3, newConnections: true });
  rows.push(['after it', ...figures(target, after), '–', `${after.healthy} of ${after.health.length}`]);
  const goodput = flooded.served.length / seconds;
  const [p50, p99, highest] = summary(flooded.served);
  console.log(
    `${table([
      ['overload', ''],
      ['served at most, requests/s', figure(peak)],
      ['sent, requests/s', figure(flooded.sent / seconds)],
      ['due while all 2,500 connections waited, requests/s', figure(flooded.unsent / seconds)],
      ['served, requests/s', figure(goodput)],
      ['served, part of the most', figure(goodput / peak)],
      ['refused with 503 and Retry-After, requests/s', figure((flooded.byStatus['503'] ?? 0) / seconds)],
      ['connections cut', figure(flooded.cut)],
      ['served: p50, p99, longest (ms)', [p50, p99, highest].map(figure).join(', ')],
    ])}\n\n${table(rows)}`,
  );
}

/** Floods the service, and notes every answer that an overload does not explain. */
async function floodTarget(
  { port, templates }: Target,
  verdict: Verdict,
  order: Pick<FloodOrder, 'connections' | 'seconds' | 'warmUp' | 'rate'>,
): Promise<FloodResult> {
  const result = await flood({ ...order, port, templates, whenBusy: 'drop' });
  for (const status of Object.keys(result.byStatus)) {
    if (!['200', '503'].includes(status)) verdict.fault(`a request of the flood was answered ${status}`);
  }
  if (result.unexplained > 0) verdict.fault('the flood saw a 503 without Retry-After');
  if (result.hung > 0) verdict.fault(`${result.hung} requests of the flood hung`);
  return result;
}

function figures(target: Target, { served, running, health }: SteadyResult): readonly string[] {
  return [
    ...summary(served),
    summary(running)[1],
    summary(health)[1],
    (residentBytes(target.contestant.pid) ?? Number.NaN) / 2 ** 20,
  ].map(figure);
}
