import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** An error as PostgreSQL sends it. */
export interface Refusal {
  readonly code: string;
  readonly severity: 'ERROR' | 'FATAL';
}

/** Stands before a PostgreSQL, and answers in its place with errors whose every text is the same. */
export interface RefusingPostgres {
  readonly port: number;
  /** From now on every statement has this answer, and where it is FATAL every new connection; undefined: the server's own. */
  refuse(refusal: Refusal | undefined): void;
  /** How many answers have been errors. */
  readonly refusals: number;
  close(): void;
}

const TEXT_FIELDS = 'MDHWqsdtcnFLR';
/** Parse, Bind, Describe, Execute, Close, Flush: answered at the Sync that follows. */
const BEFORE_SYNC = 'PBDECH';

/**
 * @param target port of a PostgreSQL on this machine, without TLS
 * @param text for every field of an error that is text
 */
export async function refusingPostgres(target: number, text: string): Promise<RefusingPostgres> {
  const sockets = new Set<Socket>();
  let refusal: Refusal | undefined;
  let refusals = 0;

  function errorMessage({ code, severity }: Refusal): Buffer {
    refusals++;
    const fields = [`S${severity}`, `V${severity}`, `C${code}`, ...[...TEXT_FIELDS].map((field) => field + text)];
    const error = message('E', Buffer.from(`${fields.join('\0')}\0\0`));
    return severity === 'FATAL' ? error : Buffer.concat([error, message('Z', Buffer.from('I'))]);
  }

  function serve(near: Socket): void {
    const far = connect(target, '127.0.0.1');
    let received: Buffer = Buffer.alloc(0);
    let isStarted = false;
    /** The first statement of a connection prepares it, and passes. */
    let isPrepared = false;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    far.on('data', (data) => near.write(data));
    near.on('data', (data: Buffer) => {
      received = Buffer.concat([received, data]);
      // The first message has no type.
      for (let whole = take(); whole !== undefined; whole = take()) handle(whole);
    });

    function take(): Buffer | undefined {
      const head = isStarted ? 1 : 0;
      if (received.length < head + 4) return undefined;
      const end = head + received.readInt32BE(head);
      if (received.length < end) return undefined;
      const whole = received.subarray(0, end);
      received = received.subarray(end);
      return whole;
    }

    function handle(whole: Buffer): void {
      const type = isStarted ? String.fromCharCode(whole[0] ?? 0) : 'startup';
      isStarted = true;
      const endsStatement = type === 'S' || type === 'Q';
      const passes = type === 'startup' ? refusal?.severity !== 'FATAL' : !isPrepared;
      if (endsStatement) isPrepared = true;
      if (refusal === undefined || passes || !(type === 'startup' || endsStatement || BEFORE_SYNC.includes(type)))
        far.write(whole);
      else if (type === 'startup') near.end(errorMessage(refusal));
      else if (!BEFORE_SYNC.includes(type)) {
        near.write(errorMessage(refusal));
        if (refusal.severity === 'FATAL') near.end();
      }
    }
  }

  const server = createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    refuse(next) {
      refusal = next;
    },
    get refusals() {
      return refusals;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function message(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}
