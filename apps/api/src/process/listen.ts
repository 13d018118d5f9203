import type { Config } from '../config/config.js';
import { tryPort } from '../server/listeners.js';
import type { HttpServer } from '../server/server.js';
import { StartupError } from './startup-error.js';

/**
 * Opens the port of the service.
 *
 * @returns the port
 * @throws StartupError if it cannot be opened for a reason that a person can remove
 */
export async function listen(server: HttpServer, listen: Config['listen']): Promise<number> {
  return explained(listen, () => server.listen(listen.port, listen.address));
}

/**
 * Returns the port for several processes, which the system chooses if the configuration does not.
 *
 * @throws StartupError as `listen`
 */
export async function choosePort(listen: Config['listen']): Promise<number> {
  return explained(listen, () => tryPort(listen.port, listen.address));
}

async function explained({ port, address }: Config['listen'], open: () => Promise<number>): Promise<number> {
  try {
    return await open();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = LISTEN_TROUBLES[code];
    throw reason === undefined ? error : new StartupError(reason(address, port));
  }
}

const LISTEN_TROUBLES: Readonly<Record<string, (address: string, port: number) => string>> = {
  EADDRINUSE: (_, port) => `Port ${port} is in use: stop what uses it, or set PORT.`,
  EACCES: (_, port) => `Port ${port} may not be opened by this user: set PORT to one above 1023.`,
  EADDRNOTAVAIL: (address) => `${address} is no address of this machine: set LISTEN_ADDRESS.`,
  EAFNOSUPPORT: (address) => `This machine has no addresses of the kind of ${address}: set LISTEN_ADDRESS.`,
  EINVAL: (address) =>
    `${address} cannot be listened on (a link-local address needs its interface, fe80::1%eth0): set LISTEN_ADDRESS.`,
  ENOTFOUND: (address) => `${address} is no address, and no name that this machine knows: set LISTEN_ADDRESS.`,
  EAI_AGAIN: (address) => `The name server does not answer for ${address}: set LISTEN_ADDRESS to an address.`,
};
