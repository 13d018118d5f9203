import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsOf } from '../src/app.js';
import { remoteKeys } from '../src/auth/jwks.js';
import { createVerifyToken } from '../src/auth/verify-token.js';
import type { Operation } from '../src/pipeline/operation.js';
import { createHttpServer, type HttpServer } from '../src/server/server.js';
import { hostileTokens } from './support/hostile-tokens/index.js';
import { permissionOf } from './support/permissions.js';
import { RawClient } from './support/raw-client.js';
import { testApp } from './support/test-app.js';
import { createTokenWorld, METADATA, makeKeys, SCOPE, type TokenWorld } from './support/token-world.js';

let world: TokenWorld;
let server: HttpServer;
let port: number;

beforeAll(async () => {
  world = await createTokenWorld(makeKeys());
  const keys = remoteKeys(world.keyServer.url, world.clock);
  const { app } = testApp({ verifyToken: createVerifyToken(world.config, keys, world.clock) });
  server = createHttpServer(app, { headerBytes: 16_384, requestTime: 10_000, keepAlive: 10_000 });
  port = await server.listen(0, '127.0.0.1');
});

afterAll(async () => {
  server.destroy();
  await server.drain();
  await world.keyServer.stop();
});

async function ask(method: string, path: string, authorization: readonly string[]) {
  const client = new RawClient(port);
  try {
    const credentials = authorization.map((value) => `Authorization: ${value}\r\n`).join('');
    client.send(`${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n${credentials}\r\n`);
    return await client.response();
  } finally {
    client.close();
  }
}

const families = Object.entries(hostileTokens);
const protectedOperations: readonly (readonly [string, Operation])[] = operationsOf(testApp().dependencies)
  .filter(({ policy }) => policy.needsToken)
  .map((operation) => [`${operation.method.toUpperCase()} ${operation.path}`, operation]);

describe.each(protectedOperations)('%s', (_name, operation) => {
  const method = operation.method.toUpperCase();
  const path = operation.path.replace(/\{\w+\}/, 'owner-1').replace(/\{\w+\}/, 'record-1');

  // Good tokens come first, so that all that follows meets a warm cache; the verifier's own suite has the cold one.
  it('accepts good tokens of both issuers', async () => {
    const [{ scope, metadata } = {}] = permissionOf(operation.policy).permitted;
    const tokens = [
      world.internalToken({ scope, metadata }),
      world.auth0Token({ [SCOPE]: scope, [METADATA]: metadata }),
    ];
    for (const token of tokens) {
      for (const round of ['cold', 'warm']) {
        expect([200, 400, 404], round).toContain((await ask(method, path, [`Bearer ${token}`])).status);
      }
    }
  });

  it.each(families)('refuses %s', async (_family, tokens) => {
    for (const [name, make] of Object.entries(tokens)) {
      const authorization = make(world);
      const answer = await ask(method, path, authorization);
      // The HTTP parser refuses some of them before the token is checked.
      const unreadable = authorization.some((value) => value.includes('\f'));
      const tooLong = authorization.join().length > 15_000;
      expect(answer.status, name).toBe(unreadable ? 400 : tooLong ? 431 : 401);
      if (answer.status === 401)
        expect(answer.headers['www-authenticate'], name).toMatch(/^Bearer( error="[a-z_]+", |$)/);
    }
  });
});

it.each(['access_token', 'token', 'jwt', 'Authorization'])('takes no token from the query (%s)', async (name) => {
  const path = `/dhos/v1/patient/patient-1/latest_installation?${name}=${world.internalToken()}`;
  expect((await ask('GET', path, [])).status).toBe(401);
});
