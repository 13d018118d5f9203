import { readFileSync, writeFileSync } from 'node:fs';

// USER_HZ: what /proc counts in, whatever the kernel's own tick is.
const TICKS_PER_SECOND = 100;

/** CPU time that a process has used so far, user and system, in microseconds; undefined without /proc. */
export function cpuMicroseconds(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold anything; the fields count after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * (1_000_000 / TICKS_PER_SECOND);
}

/** Resident memory in bytes; undefined without /proc. */
export function residentBytes(pid: number): number | undefined {
  return memory(pid, 'VmRSS');
}

/** The most resident memory since `forgetPeak`, in bytes. */
export function peakBytes(pid: number): number | undefined {
  return memory(pid, 'VmHWM');
}

export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The memory of all TCP buffers of this machine, in bytes. */
export function tcpBytes(): number | undefined {
  const pages = /^TCP: .* mem (\d+)$/m.exec(read('/proc/net/sockstat') ?? '')?.[1];
  return pages === undefined ? undefined : Number(pages) * PAGE;
}

const PAGE = 4_096;

function memory(pid: number, field: string): number | undefined {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
