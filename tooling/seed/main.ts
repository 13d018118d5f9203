/** `npm run seed`: believable sample data in a running service, the same each time for the same --seed. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadCommandConfig } from '../../apps/api/dist/config/load-config.js';
import { runCommand, UsageError } from '../command-line.ts';
import { progressBar } from '../terminal.ts';
import { findService, postPerson } from './post-person.ts';
import { Random } from './random.ts';
import { samplePeople } from './sample-data.ts';

const usage = `Usage: npm run seed -- [--seed demo] [--patients 40] [--clinicians 8] [--until 2026-01-31] [--url http://127.0.0.1:5000]

  The same seed gives the same people; running it again adds nothing. Another seed gives other people.
  --until is the last day of their story, today by default: a release has been rolling out for 90 days, some people are
  on old versions, some phones changed hands, meters disagree on one model of phone, and a few records were corrected.
  Without --url it goes to the service that runs on the embedded PostgreSQL of this checkout, else to PORT.`;

/** People sent at once; a person's records go one after another. */
const AT_ONCE = 8;

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: 'demo' },
      patients: { type: 'string', default: '40' },
      clinicians: { type: 'string', default: '8' },
      until: { type: 'string', default: new Date().toISOString().slice(0, 10) },
      url: { type: 'string' },
    },
  });
  const people = samplePeople(new Random(values.seed), {
    patients: count('--patients', values.patients),
    clinicians: count('--clinicians', values.clinicians),
    until: pastDay('--until', values.until),
  });
  const service = (values.url ?? (await serviceAddress())).replace(/\/+$/, '');
  await findService(service);
  const show = progressBar('people');
  let done = 0;
  const waiting = people.values();
  let added = 0;
  const worker = async () => {
    for (const person of waiting) {
      const records = await postPerson(service, person);
      added += records;
      done += 1;
      show(done, people.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  console.log(`${people.length} people, ${added} new records${added === 0 ? ': they were all there already' : ''}.`);
  const [first] = people;
  if (first !== undefined) console.log(`For example ${first.kind} ${first.id}.`);
}

/**
 * Where the service of this environment listens: PORT or SERVER_PORT where one is set, else the port on which the
 * service that owns the embedded PostgreSQL serves, else the default.
 */
async function serviceAddress(): Promise<string> {
  const port = [process.env['PORT'], process.env['SERVER_PORT']].find((text) => text && text !== '0');
  return `http://127.0.0.1:${port ?? (await portOfRunning()) ?? 5000}`;
}

async function portOfRunning(): Promise<number | undefined> {
  const { database } = loadCommandConfig(process.env, (path) => readFileSync(path, 'utf8'));
  if (database.kind !== 'embedded') return undefined;
  const { findRunning } = await import('../../packages/adapters/dist/postgres/embedded.js');
  return (await findRunning(database.dataFolder))?.owner.port;
}

function count(option: string, text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new UsageError(`${option} takes a whole number, not ${JSON.stringify(text)}.`);
  return Number(text);
}

/** A later record would not count as the day its date says. */
function pastDay(option: string, text: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!(day <= Date.now())) throw new UsageError(`${option} takes a day as 2026-01-31, today at the latest.`);
  return text;
}

await runCommand(usage, main);
