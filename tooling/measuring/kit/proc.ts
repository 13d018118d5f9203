import { readFileSync, writeFileSync } from 'node:fs';

// USER_HZ: what /proc counts in, whatever the kernel's own tick is.
const TICKS_PER_SECOND = 100;

/** CPU time that a process has used so far, user and system, in microseconds; undefined without /proc. */
export function cpuMicroseconds(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields && ticks(fields[11], fields[12]);
}

/** The same for this process and its ended children, such as the load generator. */
export function ownMicroseconds(): number {
  const fields = statOf(process.pid);
  return fields === undefined ? 0 : ticks(fields[11], fields[12], fields[13], fields[14]);
}

/** The same for the whole machine, including what its host took for other machines. */
export function machineMicroseconds(): number | undefined {
  const [, user, nice, system, , , irq, softirq, steal] = read('/proc/stat')?.split('\n')[0]?.split(/ +/) ?? [];
  return user === undefined ? undefined : ticks(user, nice, system, irq, softirq, steal);
}

/** The fields of a process from the third on: the name before them, in parentheses, may hold anything. */
function statOf(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function ticks(...counts: readonly (string | undefined)[]): number {
  return counts.reduce((sum, count) => sum + Number(count ?? 0), 0) * (1_000_000 / TICKS_PER_SECOND);
}

/** Returns a process and its children, theirs included. */
export function familyOf(pid: number): number[] {
  const children = (read(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter((child) => child !== '');
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
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
