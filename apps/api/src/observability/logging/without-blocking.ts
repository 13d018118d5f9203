import { constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';

/**
 * Returns a descriptor of the same output whose writes fail with EAGAIN instead of blocking while the reader is busy: with
 * a pipe that no one reads, or a stopped terminal (Ctrl-S), a process could neither serve nor end.
 *
 * @param descriptor standard output or error
 */
export function withoutBlocking(descriptor: number): number {
  if (process.platform === 'win32') return descriptor;
  try {
    // Opened again, because the terminal is shared with the shell, which expects it to block.
    if (isatty(descriptor)) return openSync(`/proc/self/fd/${descriptor}`, NOT_BLOCKING);
    const kind = fstatSync(descriptor);
    // Node makes a pipe or socket it opens non-blocking, and resets it at exit.
    if (kind.isFIFO() || kind.isSocket()) opened.push(new Socket({ fd: descriptor, readable: false, writable: true }));
  } catch {
    // Not every system allows opening it: it may block there.
  }
  return descriptor;
}

const NOT_BLOCKING = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Kept: a garbage-collected socket closes its descriptor. */
const opened: Socket[] = [];
