import { createHash } from 'node:crypto';
import { READ_ALL } from '../../apps/api/dist/auth/scopes.js';
import { CommandError } from '../command-line.ts';
import { developmentToken, OWN_SCOPES } from '../development-token.ts';
import type { Body, SamplePerson } from './sample-data.ts';

/**
 * Tells the service of one person, through its API as their app would.
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
  for (const meter of person.meters)
    await call(`${base}/blood_glucose_meter`, token, { ...meter, mobile_id: String(uuid) });
  for (const installation of later) await call(`${base}/installation`, token, installation);
  return person.installations.length + person.meters.length;
}

async function call(url: string, token: string, body?: Body): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'Content-Type': 'application/json', 'Idempotency-Key': `"${keyOf(url, body)}"` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
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
