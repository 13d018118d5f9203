import type { Env } from './read-settings.js';

/**
 * Returns the environment without the ports that Kubernetes (and Docker's links) set for a Service whose name starts one
 * of our settings: a Service `database` sets DATABASE_PORT to `tcp://10.0.0.1:5432`, a Service `server` sets SERVER_PORT.
 * Their form and the variable that always accompanies them identify them, so a value written by a person is never lost.
 */
export function withoutServiceLinks(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => {
      const [, protocol, port] = /^(tcp|udp|sctp):\/\/.*:(\d+)$/.exec(value ?? '') ?? [];
      return !name.endsWith('_PORT') || protocol === undefined || !(`${name}_${port}_${protocol.toUpperCase()}` in env);
    }),
  );
}
