import { createHash } from 'node:crypto';
import { READ_ALL } from '../../apps/api/dist/auth/scopes.js';
import { CommandError } from '../command-line.ts';
import { developmentToken, OWN_SCOPES } from '../development-token.ts';
import type { Body, SamplePerson } from './sample-data.ts';

/**
 * Sends one person to the service, through its API as their app would: a new version as a new installation (POST), a correction as a PATCH.
 * The last installation goes last, so that it marks a person who is complete; a run that was cut short is taken up again with the same idempotency keys, which double nothing.
 *
 * @returns how many records are new; 0 when the person was complete already
 */
export async function postPerson(service: string, person: SamplePerson): Promise<number> {
  const token = await developmentToken({
    claims: { [`${person.kind}_id`]: person.id },
    scopes: [...OWN_SCOPES, READ_ALL],
    expires: '15m',
  });
  const base = `${service}/dhos/v1/${person.kind}/${person.id}`;
  const [first, ...later] = person.installations;
  const last = later.at(-1) ?? first;
  const latest = await call(`${base}/latest_installation`, token);
  if (latest['app_version'] === last['app_version'] && latest['unique_device_code'] === last['unique_device_code'])
    return 0;

  const { uuid } = await call(`${base}/installation`, token, first);
  if (person.correction !== undefined) await correct(`${base}/installation/${uuid}`, token, person.correction);
  for (const { body, outcome } of person.meters) {
    const meter = await call(`${base}/blood_glucose_meter`, token, { ...body, mobile_id: String(uuid) });
    if (outcome !== undefined) await correct(`${base}/blood_glucose_meter/${meter['uuid']}`, token, outcome);
  }
  for (const installation of later) await call(`${base}/installation`, token, installation);
  return person.installations.length + person.meters.length;
}

/** A GET, or a POST of the body that may be repeated. */
function call(url: string, token: string, body?: Body): Promise<Record<string, unknown>> {
  if (body === undefined) return request(url, token, { method: 'GET' });
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': `"${keyOf(url, body)}"` };
  return request(url, token, { method: 'POST', headers, body: JSON.stringify(body) });
}

function correct(url: string, token: string, change: Body): Promise<Record<string, unknown>> {
  const headers = { 'Content-Type': 'application/json' };
  return request(url, token, { method: 'PATCH', headers, body: JSON.stringify(change) });
}

async function request(
  url: string,
  token: string,
  init: { method: string; headers?: Record<string, string>; body?: string },
): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    ...init,
    headers: { ...init.headers, Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(10_000),
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? String(error.cause ?? error) : String(error);
    throw new CommandError(
      `No answer from ${new URL(url).origin} (${reason}). Start the service with \`npm start\` in another terminal, or say --url.`,
    );
  });
  const text = await answer.text();
  if (answer.status === 401)
    throw new CommandError(
      'The service does not take the token: run this with the HS_KEY and PROXY_URL of the service.',
    );
  if (!answer.ok) throw new CommandError(`${answer.status} from ${url}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as Record<string, unknown>;
}

function keyOf(url: string, body: Body): string {
  return createHash('sha256')
    .update(`${new URL(url).pathname} ${JSON.stringify(body)}`)
    .digest('base64url')
    .slice(0, 32);
}
