import { KINDS } from '../../kit/kinds.ts';
import { templatesFor } from '../../kit/requests.ts';
import { inTurns } from '../../kit/rounds.ts';
import { sendLoad } from '../../kit/send-load.ts';
import { ratioOf, spreadOf } from '../../kit/statistics.ts';
import { figure, spreadText } from '../../kit/text.ts';
import { duration } from './findings.ts';
import { nextAsOf, REPORT_PATHS } from './reports.ts';
import { request, type Subject } from './subject.ts';

const RATE = 200;
const CLIENTS = 20;

/** Measures what a walk through all pages, and many reports at once, do to the writes of others. */
export async function measureDisturbance(subject: Subject): Promise<void> {
  let token: string | null = null;
  await compare(subject, 'a walk through pages of 1,000 at full speed', async () => {
    const after: string = token === null ? '' : `&page_token=${encodeURIComponent(token)}`;
    token = (await request(subject, `patients?page_size=1000${after}`)).json.next_page_token;
  });
  let asOf = '';
  await compare(subject, `${REPORT_PATHS.length} different reports at once, again on each new as_of`, async () => {
    asOf = await nextAsOf(subject, asOf);
    await Promise.all(REPORT_PATHS.map((path) => request(subject, path)));
  });
  let next = 0;
  const report = async () => void (await request(subject, REPORT_PATHS[next++ % REPORT_PATHS.length] ?? ''));
  await compare(subject, `reports that ${CLIENTS} clients ask for without a pause`, report, CLIENTS);
}

/** The 99th percentile of POSTs alone and while something else goes on, in turns. */
export async function compare(subject: Subject, title: string, work: () => Promise<void>, atOnce = 1): Promise<void> {
  const { service, options } = subject;
  const { seconds } = options;
  // Each posts once in a run. Owners of hundreds of installations, whose past is read again with each new one, are no patients.
  const templates = templatesFor(KINDS.patient, 'post', { owners: RATE * seconds, recordsPerOwner: 1 });
  const posts = async () => (await sendLoad(service, { templates, connections: 32, seconds, rate: RATE })).p99;
  let done = 0;
  const { alone, disturbed } = await inTurns(options.rounds, {
    alone: posts,
    async disturbed() {
      let isOver = false;
      const workers = Array.from({ length: atOnce }, async () => {
        for (; !isOver; done += 1) await work();
      });
      const p99 = await posts();
      isOver = true;
      await Promise.all(workers);
      return p99;
    },
  });
  subject.note(
    `p99 of ${RATE} POSTs/s during ${title}, times that without`,
    `${spreadText(ratioOf(disturbed, alone))}; ${duration(spreadOf(alone).median)} and ${duration(spreadOf(disturbed).median)}; ${figure(done)} done`,
    '<= 1.3',
  );
}
