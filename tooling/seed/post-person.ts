import { createHash } from 'node:crypto';
import { READ_ALL } from '../../apps/api/dist/auth/scopes.js';
import { createTelemetryClient, TelemetryError } from '../../packages/client/dist/index.js';
import { CommandError } from '../command-line.ts';
import { developmentToken, OWN_SCOPES } from '../development-token.ts';
import type { Body, SamplePerson } from './sample-data.ts';

/**
 * Sends one person to the service, through its client as their app would: a new version as a new installation, a correction
 * as an update. The last installation goes last, so that it marks a person who is complete; a run that was cut short is
 * taken up again with the same idempotency keys, which double nothing.
 *
 * @returns how many records are new; 0 when the person was complete already
 */
export async function postPerson(service: string, person: SamplePerson): Promise<number> {
  const { kind, id } = person;
  const token = await developmentToken({
    claims: { [`${kind}_id`]: id },
    scopes: [...OWN_SCOPES, READ_ALL],
    expires: '15m',
  });
  const client = createTelemetryClient({ baseUrl: service, token });
  // The bodies are those of the kind: the service says so otherwise.
  const register = (body: Body) =>
    kind === 'patient'
      ? client.registerPatientInstallation(id, body as never, keyOf(person, body))
      : client.registerClinicianInstallation(id, body as never, keyOf(person, body));
  const update = kind === 'patient' ? client.updatePatientInstallation : client.updateClinicianInstallation;
  const readLatest = kind === 'patient' ? client.latestPatientInstallation : client.latestClinicianInstallation;
  const [first, ...later] = person.installations;
  const last = later.at(-1) ?? first;
  try {
    const latest = await readLatest(id);
    const isComplete = (['app_version', 'unique_device_code'] as const).every((name) => latest?.[name] === last[name]);
    if (isComplete) return 0;
    const { uuid } = await register(first);
    if (person.correction !== undefined) await update(id, uuid, person.correction);
    for (const { body, outcome } of person.meters) {
      const whole = { ...body, mobile_id: uuid };
      const meter = await client.registerMeter(id, whole as never, keyOf(person, whole));
      if (outcome !== undefined) await client.updateMeter(id, meter.uuid, outcome);
    }
    for (const installation of later) await register(installation);
  } catch (error) {
    throw error instanceof TelemetryError ? new CommandError(reasonOf(error, service)) : error;
  }
  return person.installations.length + person.meters.length;
}

/**
 * Makes sure that a service listens there: the client would retry a lost connection for a while before it says so.
 *
 * @throws CommandError if nothing answers
 */
export async function findService(service: string): Promise<void> {
  const client = createTelemetryClient({ baseUrl: service, retries: 0 });
  await client.running().catch((error: unknown) => {
    throw error instanceof TelemetryError ? new CommandError(reasonOf(error, service)) : error;
  });
}

function reasonOf({ status, message, problem }: TelemetryError, service: string): string {
  if (status === undefined)
    return `${message} (${service}). Start the service with \`npm start\` in another terminal, or say --url.`;
  if (status === 401)
    return 'The service does not take the token: run this with the HS_KEY and PROXY_URL of the service.';
  return `The service answered ${status}: ${message} ${JSON.stringify(problem?.errors ?? [])}`;
}

function keyOf({ kind, id }: SamplePerson, body: Body): { readonly idempotencyKey: string } {
  const digest = createHash('sha256').update(`${kind} ${id} ${JSON.stringify(body)}`);
  return { idempotencyKey: digest.digest('base64url').slice(0, 32) };
}
