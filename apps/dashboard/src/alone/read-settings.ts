import { type SignInGiven, type SignInSettings, signInSettings } from '../settings/sign-in-settings.js';
import type { ClaimNames } from '../sign-in/session.js';

/** The settings of a dashboard that runs on its own. */
export interface Settings {
  /** Where the API is. */
  readonly apiUrl: URL;
  readonly listen: { readonly address: string; readonly port: number };
  readonly signIn: SignInSettings;
  readonly claims: ClaimNames;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings of a standalone dashboard: `API_URL`, and the API's relevant settings under the same names.
 *
 * @param readFile returns the text of a file, or throws
 * @throws Error that names every fault
 */
export function readSettings(env: Env, readFile: (path: string) => string): Settings {
  const faults: string[] = [];
  const fault = (name: string, problem: string) => void faults.push(`  ${name} ${problem}`);
  const text = (name: string) => env[name]?.trim() || undefined;

  function required(name: string, why: string): string {
    const value = text(name);
    if (value === undefined) fault(name, `must be set: ${why}`);
    return value ?? '';
  }

  function url(name: string): URL | undefined {
    const value = text(name);
    if (value === undefined) return undefined;
    const parsed = URL.parse(value);
    if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed;
    fault(name, 'must be a URL that begins with http:// or https://');
    return undefined;
  }

  function secret(name: string): string | undefined {
    const file = text(`${name}_FILE`);
    if (file === undefined) return env[name] || undefined;
    if (env[name]) fault(`${name}_FILE`, `must not be set together with ${name}`);
    try {
      return readFile(file).replace(/\r?\n$/, '') || undefined;
    } catch {
      fault(`${name}_FILE`, 'must name a file that can be read');
      return undefined;
    }
  }

  function port(): number {
    const value = text('PORT') ?? '5001';
    if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
    fault('PORT', 'must be a whole number from 0 to 65535');
    return 0;
  }

  const given: SignInGiven = {
    DASHBOARD_CLIENT_ID: required('DASHBOARD_CLIENT_ID', 'there is no other way in'),
    DASHBOARD_CLIENT_SECRET: secret('DASHBOARD_CLIENT_SECRET'),
    DASHBOARD_URL: url('DASHBOARD_URL'),
    DASHBOARD_SESSION_KEY: secret('DASHBOARD_SESSION_KEY'),
    AUTH0_DOMAIN: text('AUTH0_DOMAIN'),
    AUTH0_AUDIENCE: required('AUTH0_AUDIENCE', 'the tokens are for the API'),
  };
  const production = (text('ENVIRONMENT') ?? 'PRODUCTION').toUpperCase() === 'PRODUCTION';
  const settings = {
    apiUrl: url('API_URL'),
    listen: { address: text('LISTEN_ADDRESS') ?? '0.0.0.0', port: port() },
    signIn: signInSettings(given, production, fault),
    claims: {
      metadata: required('AUTH0_METADATA', 'the claim of the metadata, as the API knows it'),
      scope: required('AUTH0_SCOPE_KEY', 'the claim of the scopes, as the API knows it'),
    },
  };
  const { apiUrl, signIn } = settings;
  if (text('API_URL') === undefined) fault('API_URL', 'must be set: the API, such as http://telemetry:5000');
  if (faults.length > 0 || apiUrl === undefined || signIn === undefined) {
    throw new Error(`The configuration is wrong:\n${faults.join('\n')}`);
  }
  return { ...settings, apiUrl, signIn };
}
