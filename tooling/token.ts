/** `npm run token`: one development token, alone on stdout. */
import { parseArgs } from 'node:util';
import { ALL_RECORDS, developmentToken, OWN_RECORDS } from './development-token.ts';

const usage = `npm run token -- --patient ID | --clinician ID | --system ID [--scope "A B"] [--expires 12h]

  --patient, --clinician   whose records it reads and writes; default scopes: ${OWN_RECORDS.join(' ')}
  --system                 a service; default scope: ${ALL_RECORDS.join(' ')}
  --scope                  other scopes, separated by spaces or commas; may be given several times
  --expires                30s, 15m, 12h, 7d … from now; default 12h

It is signed with HS_KEY and PROXY_URL of the environment, else with the service's development defaults.`;

class UsageError extends Error {}

function wish(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      patient: { type: 'string' },
      clinician: { type: 'string' },
      system: { type: 'string' },
      scope: { type: 'string', multiple: true },
      expires: { type: 'string', default: '12h' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) throw new UsageError(usage);
  const claims = Object.fromEntries(
    (['patient', 'clinician', 'system'] as const).flatMap((who) => {
      const id = values[who];
      return id === undefined ? [] : [[`${who}_id`, id]];
    }),
  );
  if (Object.keys(claims).length === 0) throw new UsageError(`Say whom the token is for.\n\n${usage}`);
  const own = values.patient !== undefined || values.clinician !== undefined;
  const scopes =
    values.scope?.flatMap((list) => list.split(/[ ,]+/)).filter(Boolean) ?? (own ? OWN_RECORDS : ALL_RECORDS);
  return { claims, scopes, expires: values.expires };
}

try {
  console.log(await developmentToken(wish(process.argv.slice(2))));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError && error.message === usage ? 0 : 2;
}
