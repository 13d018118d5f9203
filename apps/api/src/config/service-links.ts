import type { Env } from './read-settings.js';

/**
 * The environment without the ports that Kubernetes (and Docker's links) set for a Service whose name happens to begin one
 * of our settings: a Service `database` makes DATABASE_PORT `tcp://10.0.0.1:5432`, a Service `server` SERVER_PORT. They
 * are known by their form and by the variable that always comes with them, so a value that a person wrote is never lost.
 */
export function withoutServiceLinks(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => {
      const [, protocol, port] = /^(tcp|udp|sctp):\/\/.*:(\d+)$/.exec(value ?? '') ?? [];
      return !name.endsWith('_PORT') || protocol === undefined || !(`${name}_${port}_${protocol.toUpperCase()}` in env);
    }),
  );
}
