/** `npm run token`: one development token, alone on stdout. */
import { parseArgs } from 'node:util';
import { READ_ALL } from '../apps/api/dist/auth/scopes.js';
import { runCommand, UsageError } from './command-line.ts';
import { developmentToken, OWN_SCOPES, STAFF_SCOPES, type TokenWish } from './development-token.ts';

const KNOWN: readonly string[] = [...OWN_SCOPES, ...STAFF_SCOPES];

const usage = `Usage: npm run token -- --patient ID | --clinician ID | --staff ID | --system ID [--scope "A B"] [--expires 12h]

  --patient, --clinician   whose records it reads and writes; default scopes: ${OWN_SCOPES.join(' ')}
  --staff                  a clinician who looks at everybody's; default scopes: all that staff may have
  --system                 a service; default scope: ${READ_ALL}
  --scope                  other scopes, separated by spaces or commas; may be given several times:
                           ${KNOWN.join('\n                           ')}
  --expires                30s, 15m, 12h, 7d … from now; default 12h

It is signed with HS_KEY and PROXY_URL of the environment, else with the service's development defaults.`;

/** Those of jose's durations that lie ahead. */
const DURATION = /^\d+(\.\d+)? ?(s(ec(ond)?s?)?|m(in(ute)?s?)?|h((ou)?rs?)?|d(ays?)?|w(eeks?)?|y((ea)?rs?)?)$/i;

/** The claim that names each kind of holder, and the scopes it gets by default. */
const HOLDERS = {
  patient: { claim: 'patient_id', scopes: OWN_SCOPES },
  clinician: { claim: 'clinician_id', scopes: OWN_SCOPES },
  staff: { claim: 'clinician_id', scopes: STAFF_SCOPES },
  system: { claim: 'system_id', scopes: [READ_ALL] },
} as const;

function wish(args: string[]): TokenWish {
  const { values } = parseArgs({
    args,
    options: {
      patient: { type: 'string' },
      clinician: { type: 'string' },
      staff: { type: 'string' },
      system: { type: 'string' },
      scope: { type: 'string', multiple: true },
      expires: { type: 'string', default: '12h' },
    },
  });
  const named = (['patient', 'clinician', 'staff', 'system'] as const).filter((who) => values[who] !== undefined);
  const [who, ...others] = named;
  if (who === undefined) throw new UsageError('Say whom the token is for.');
  if (others.length > 0)
    throw new UsageError(`One token is for one holder, not for ${named.map((name) => `--${name}`).join(' and ')}.`);
  const id = values[who];
  if (id === undefined || id === '') throw new UsageError(`--${who} wants an id.`);
  if (!DURATION.test(values.expires)) throw new UsageError('--expires takes a number and a unit: 30s, 15m, 12h, 7d.');
  const { claim, scopes } = HOLDERS[who];
  return { claims: { [claim]: id }, scopes: scopesOf(values.scope) ?? scopes, expires: values.expires };
}

function scopesOf(lists: readonly string[] | undefined): readonly string[] | undefined {
  const scopes = lists?.flatMap((list) => list.split(/[ ,]+/)).filter(Boolean);
  const unknown = scopes?.filter((scope) => !KNOWN.includes(scope)) ?? [];
  if (unknown.length > 0)
    throw new UsageError(`The service knows no scope ${unknown.map((scope) => JSON.stringify(scope)).join(', ')}.`);
  return scopes;
}

await runCommand(usage, async (args) => console.log(await developmentToken(wish(args))));
