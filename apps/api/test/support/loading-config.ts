import { ConfigError } from '../../src/config/config-error.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { Env } from '../../src/config/read-settings.js';

/** A secret that is long enough. */
export const KEY = 'k'.repeat(32);
const FILES: Readonly<Record<string, string>> = {
  '/secret': 'from a file\n',
  '/crlf': 'from a file\r\n',
  '/spaces': ' two lines \n\n',
  '/empty': '\n',
  '/cert.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
};

export function readFile(path: string): string {
  const content = FILES[path];
  if (content === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
  return content;
}

/** Settings of a database server. */
export const SERVER = {
  DATABASE_HOST: 'db',
  DATABASE_USER: 'user',
  DATABASE_PASSWORD: 'password',
  DATABASE_NAME: 'name',
};
/** All that production needs. */
export const PRODUCTION = { HS_KEY: KEY, PROXY_URL: 'https://platform.test', ...SERVER };
export const DEVELOPMENT = { ENVIRONMENT: 'DEVELOPMENT', HS_KEY: KEY, PROXY_URL: 'https://platform.test' };

/** Loads the configuration, with files of its own. */
export function load(env: Env) {
  return loadConfig(env, readFile);
}

/** The names of the faulty variables, in order; none if the configuration is valid. */
export function faultsOf(env: Env): string[] {
  try {
    load(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map(({ name }) => name);
  }
}
