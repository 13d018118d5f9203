import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../kit/ask.ts';
import { forgetPeak, peakBytes, tcpBytes } from '../kit/proc.ts';
import { figure } from '../kit/text.ts';
import { crowd } from './stubborn-clients.ts';
import type { Target } from './target.ts';
import type { Verdict } from './verdict.ts';

/** A way to make the service hold as much as possible. */
interface Greed {
  readonly title: string;
  readonly connections: number;
  /** What each connection does. */
  readonly begin: (socket: Socket) => void | Promise<void>;
}

const MEGABYTE = 1_000_000;
const MEBIBYTE = 2 ** 20;
/** The service's memory according to the documents, in MiB. */
const DOCUMENTED = 512;
/** The number of records of that size: more than fit into one statement. */
const RECORDS = 80;
/** How long the clients hold on, and how long the service then gets to recover, in milliseconds. */
const HOLD = 4_000;
const LEAVE = 1_000;
/** The maximum number of connections, except those that measure. */
const ALL = 3_400;

/** One for each resource that a client can make the service hold; the table in SECURITY.md names the same. */
async function greedyClients(target: Target): Promise<readonly Greed[]> {
  const records: string[] = [];
  while (records.length < RECORDS)
    records.push(`${target.collectionPath}/${await largeRecord(target, records.length)}`);
  const [large] = records;
  let turn = 0;
  const change = (headers: string) => {
    const body = JSON.stringify({ model: `model ${turn++}` });
    const path = records[turn % RECORDS];
    return `PATCH ${path} HTTP/1.1\r\n${withToken}${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  };
  const withToken = `Host: x\r\nAuthorization: ${target.authorization}\r\n`;
  const post = `POST ${target.collectionPath} HTTP/1.1\r\n${withToken}Content-Type: application/json\r\n`;
  const openapi = 'GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n';
  const chunked = `POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const tiny = '1\r\nx\r\n';
  const body = `{"app_version":"${'x'.repeat(MEGABYTE)}"}`;
  return [
    {
      title: 'connections',
      connections: ALL,
      begin: (socket) => send(socket, 'GET /running HTTP/1.1\r\nHost: x\r\n\r\n'),
    },
    {
      title: 'heads without an end, of 2,600 headers',
      connections: ALL,
      begin: (socket) => send(socket, `GET / HTTP/1.1\r\nHost: x\r\n${'AB:C\r\n'.repeat(2_600)}`),
    },
    {
      title: 'requests of 2,600 headers, answered',
      connections: ALL,
      begin: (socket) => send(socket, `GET /running HTTP/1.1\r\nHost: x\r\n${'AB:C\r\n'.repeat(2_600)}\r\n`),
    },
    {
      title: 'bodies of 16 KB without an end',
      connections: ALL,
      begin: (socket) => send(socket, `${post}Content-Length: 20000\r\n\r\n{"${'x'.repeat(16_000)}`),
    },
    {
      title: 'bodies in chunks of a byte, behind 80 unread answers',
      connections: 400,
      begin: (socket) => unread(socket, openapi.repeat(80) + chunked + tiny.repeat(80_000)),
    },
    {
      title: 'bodies of 1 MB in chunks of a byte',
      connections: 20,
      begin: (socket) => inPieces(socket, `${post}Transfer-Encoding: chunked\r\n\r\n`, tiny.repeat(10_000), 90),
    },
    {
      title: 'bodies of 1 MB, of one token',
      connections: 550,
      begin: (socket) => inPieces(socket, `${post}Content-Length: ${body.length}\r\n\r\n`, body, 1),
    },
    {
      title: 'one record of 1 MB',
      connections: 900,
      begin: (socket) => send(socket, `GET ${large} HTTP/1.1\r\n${withToken}\r\n`),
    },
    {
      title: 'one record of 1 MB, unread',
      connections: 900,
      begin: (socket) => unread(socket, `GET ${large} HTTP/1.1\r\n${withToken}\r\n`),
    },
    {
      title: `a field of ${RECORDS} records of 1 MB, changed`,
      connections: 900,
      begin: (socket) => send(socket, change('')),
    },
    {
      title: 'the same, with a condition',
      connections: 900,
      begin: (socket) => send(socket, change('If-Match: *\r\n')),
    },
    { title: 'unread answers to 60 requests', connections: 400, begin: (socket) => unread(socket, openapi.repeat(60)) },
    {
      title: 'requests sent ahead, of 200 headers',
      connections: 1_000,
      begin: (socket) =>
        unread(socket, openapi + `GET /x HTTP/1.1\r\nHost: x\r\n${'AB:C\r\n'.repeat(200)}\r\n`.repeat(60)),
    },
  ];
}

/**
 * Lets each in turn hold what it can for some seconds: once with a fresh process, and once with a process that has already
 * survived the others.
 *
 * @returns a table of the service's peak memory (RSS), and of the memory of the system's TCP buffers
 */
export async function greed(target: Target, verdict: Verdict): Promise<readonly (readonly string[])[]> {
  const kinds = await greedyClients(target);
  const fresh: Peak[] = [];
  for (const kind of kinds) {
    await target.restart();
    fresh.push(await peakUnder(kind, target, verdict));
  }
  await target.restart();
  const rows = [
    [
      'clients that hold',
      'connections',
      'highest memory after a start, MiB',
      'after the others, MiB',
      'TCP buffers of both sides, MiB',
    ],
  ];
  for (const [index, kind] of kinds.entries()) {
    const { memory, tcp } = await peakUnder(kind, target, verdict);
    const first = fresh[index];
    const figures = [kind.connections, first?.memory ?? Number.NaN, memory, Math.max(tcp, first?.tcp ?? 0)];
    rows.push([kind.title, ...figures.map(figure)]);
  }
  return rows;
}

/** In MiB. */
interface Peak {
  readonly memory: number;
  readonly tcp: number;
}

async function peakUnder({ title, connections, begin }: Greed, target: Target, verdict: Verdict): Promise<Peak> {
  const { pid } = target.contestant;
  forgetPeak(pid);
  let tcp = 0;
  const watch = setInterval(() => {
    tcp = Math.max(tcp, tcpBytes() ?? Number.NaN);
  }, 100);
  const clients = await crowd(target, connections, begin);
  await sleep(HOLD);
  clients.leave();
  await sleep(LEAVE);
  clearInterval(watch);
  target.contestant.assertAlive();
  const peak = (peakBytes(pid) ?? Number.NaN) / MEBIBYTE;
  console.error(`${title}: ${figure(peak)} MiB`);
  if (peak > DOCUMENTED) verdict.fault(`${title} took ${figure(peak)} MiB`);
  return { memory: peak, tcp: tcp / MEBIBYTE };
}

function send(socket: Socket, text: string): void {
  socket.resume();
  socket.write(text);
}

function unread(socket: Socket, text: string): void {
  socket.pause();
  socket.write(text);
}

async function inPieces(socket: Socket, head: string, piece: string, times: number): Promise<void> {
  send(socket, head);
  for (let count = 0; count < times && socket.writable; count++) {
    if (!socket.write(piece)) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve));
  }
}

async function largeRecord({ url, collectionPath, token, record }: Target, number: number): Promise<string> {
  const body = record(`${number}`.padEnd(MEGABYTE, 'x'));
  return String((await ask(`${url}${collectionPath}`, 'POST', token, body)).json['uuid']);
}
