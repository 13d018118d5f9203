import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in front of the service and loses answers of requests that it has carried out. */
export interface LossyProxy {
  readonly url: string;
  /** How many answers were lost so far. */
  readonly lost: () => number;
  close(): void;
}

/** @param every the how-manieth answer is lost: in turn before its first byte, and in the middle of its body */
export async function lossyProxyTo(target: string, every: number): Promise<LossyProxy> {
  let answers = 0;
  let lost = 0;
  const server = createServer((near, answer) => {
    const far = request(`${target}${near.url}`, { method: near.method, headers: near.headers }, async (response) => {
      const body = Buffer.concat(await response.toArray());
      if (++answers % every !== 0) return answer.writeHead(response.statusCode ?? 0, response.headers).end(body);
      if (++lost % 2 === 0) return near.socket.destroy();
      answer.writeHead(response.statusCode ?? 0, { ...response.headers, 'content-length': body.length });
      answer.write(body.subarray(0, body.length / 2), () => near.socket.destroy());
    });
    near.pipe(far);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost: () => lost,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
