import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A key server on loopback with configurable answers. */
export interface KeyServer {
  readonly url: URL;
  /** Requests it has had so far. */
  requests(): number;
  publish(keys: readonly object[]): void;
  answer(handler: Handler): void;
  /** Refuses connections until `start`. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
}

export async function startKeyServer(keys: readonly object[] = []): Promise<KeyServer> {
  let requests = 0;
  let handler: Handler;
  const server = createServer((request, response) => {
    requests++;
    // No idle connection outlives `stop`.
    response.setHeader('Connection', 'close');
    handler(request, response);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  const publish = (published: readonly object[]) => {
    handler = (_request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ keys: published }));
    };
  };
  publish(keys);
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  return {
    url: new URL(`http://127.0.0.1:${port}/.well-known/jwks.json`),
    requests: () => requests,
    publish,
    answer: (given) => {
      handler = given;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: () => listen(port),
  };
}
