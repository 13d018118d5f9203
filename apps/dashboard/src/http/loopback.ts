const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Whether a host, as a URL names it, is this machine. Any other name may be another machine, or a page that names itself so. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.includes(hostname);
}
