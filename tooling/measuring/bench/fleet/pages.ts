import { ownerId, recordId } from '../../kit/population.ts';
import { sendLoad } from '../../kit/send-load.ts';
import { figure } from '../../kit/text.ts';
import { duration } from './findings.ts';
import { sizesFor } from './fleet-population.ts';
import { getOf, type Json, request, type Subject } from './subject.ts';

const RATE = 50;
const DEPTHS = 40;

/** Times pages of searches and lists at a fixed rate, at any depth and with each indexed filter. */
export async function measurePages(subject: Subject): Promise<void> {
  const { people } = sizesFor(subject.rows);
  const owners = Array.from({ length: 200 }, (_, index) => Math.floor((index * people) / 200));
  const sample: Json[] = (await request(subject, 'patients?page_size=200')).json.results;
  const meters: Json[] = (await request(subject, 'blood_glucose_meters?page_size=200')).json.results;
  const each = <One>(all: readonly One[], path: (one: One) => string) => all.map((one) => path(one));
  const text = encodeURIComponent;
  const groups: Readonly<Record<string, readonly string[]>> = {
    'first pages, in each order': ['', '&sort=since', '&sort=last_seen', '&sort=-last_seen'].map(
      (sort) => `patients?page_size=50${sort}`,
    ),
    'pages at any depth': await atDepths(subject, 'patients', 'since_before', 'since'),
    'by patient': each(owners, (owner) => `patients?patient_id=${ownerId(owner)}`),
    'by device code': each(
      sample,
      ({ installation }) => `patients?unique_device_code=${installation.unique_device_code}`,
    ),
    'by version': each(sample, ({ installation }) => `patients?app_version=${text(installation.app_version)}`),
    'below a version, in each order': ['2.0', '3.3', '4.8'].flatMap((below) => [
      `patients?app_product=GDM&app_version_below=${below}`,
      `patients?app_product=GDM&app_version_below=${below}&sort=since`,
      `patients?app_version_below=${below}&sort=-last_seen`,
    ]),
    'by version of the system': each(
      sample,
      ({ installation: { phone_os_version: os } }) => `patients?phone_os_version=${text(os)}`,
    ),
    'by date': each(sample, ({ since }) => `patients?since_from=2023-01-01T00:00:00Z&since_before=${text(since)}`),
    'meters, at any depth': await atDepths(subject, 'blood_glucose_meters', 'verified_before', 'date_verified'),
    'meters by patient': each(meters, ({ patient_id: id }) => `blood_glucose_meters?patient_id=${id}`),
    'meters by serial number': each(
      meters,
      ({ serial_number: serial }) => `blood_glucose_meters?serial_number=${serial}`,
    ),
    "one owner's list": each(owners, (owner) => `/dhos/v1/patient/${ownerId(owner)}/installation`),
    'revisions of a record': each(
      owners,
      (owner) => `/dhos/v1/patient/${ownerId(owner)}/installation/${recordId(owner, 3)}/revision`,
    ),
    'the summary of an owner': each(owners, (owner) => `/dhos/v1/patient/${ownerId(owner)}/device_summary`),
  };
  for (const [title, paths] of Object.entries(groups)) {
    const { p50, p99 } = await atRate(subject, paths);
    subject.note(`${title}, p50 and p99 at ${RATE}/s`, `${duration(p50)}, ${duration(p99)}`, 'p99 <= 20 ms');
  }
  const { json } = await request(subject, 'patients?model=Model%201&page_size=50');
  const unindexed = await atRate(subject, ['patients?model=Model%201&page_size=50'], 5);
  subject.note(
    'a filter without an index (model), p99 at 5/s',
    `${duration(unindexed.p99)}, ${figure(json.results.length)} results`,
  );
}

/** Returns second pages that begin at dates spread over all years, so that their depths vary. */
async function atDepths(subject: Subject, search: string, before: string, date: string): Promise<string[]> {
  const [newest] = (await request(subject, `${search}?page_size=1`)).json.results;
  const latest = Date.parse(newest[date]);
  const earliest = Date.parse('2019-02-01');
  const paths: string[] = [];
  for (let depth = 0; depth < DEPTHS; depth += 1) {
    const at = new Date(latest - ((latest - earliest) * depth) / DEPTHS).toISOString();
    const filter = `${before}=${at}&page_size=50`;
    const { next_page_token: token } = (await request(subject, `${search}?${filter}`)).json;
    if (token !== null) paths.push(`${search}?${filter}&page_token=${encodeURIComponent(token)}`);
  }
  return paths;
}

async function atRate(subject: Subject, paths: readonly string[], rate = RATE): Promise<{ p50: number; p99: number }> {
  const templates = paths.map((path) => getOf(subject, path));
  for (const path of paths.slice(0, 20)) await request(subject, path);
  return sendLoad(subject.service, { templates, connections: 16, seconds: subject.options.seconds, rate });
}
