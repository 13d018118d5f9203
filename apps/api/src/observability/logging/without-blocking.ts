import { constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';

/**
 * Returns a descriptor of the same output whose writes say EAGAIN where the reader is busy, in place of blocking: with a
 * pipe that nobody reads, or a terminal that was stopped (Ctrl-S), a process could neither serve nor end.
 *
 * @param descriptor standard output or error
 */
export function withoutBlocking(descriptor: number): number {
  if (process.platform === 'win32') return descriptor;
  try {
    // Opened again, for a terminal is shared with the shell, which expects it to block.
    if (isatty(descriptor)) return openSync(`/proc/self/fd/${descriptor}`, NOT_BLOCKING);
    const kind = fstatSync(descriptor);
    // Node makes a pipe or socket that it opens non-blocking; at exit it sets it back.
    if (kind.isFIFO() || kind.isSocket()) opened.push(new Socket({ fd: descriptor, readable: false, writable: true }));
  } catch {
    // Not every system lets it be opened: then it may block.
  }
  return descriptor;
}

const NOT_BLOCKING = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Kept: a socket that is collected as garbage closes its descriptor. */
const opened: Socket[] = [];
