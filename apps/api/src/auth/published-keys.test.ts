import { sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { compact } from '../../test/support/signing.js';
import { createTokenWorld, makeKeys } from '../../test/support/token-world.js';
import { parseCompactToken } from './compact-token.js';
import { remoteKeys } from './jwks.js';
import { publishedKeys } from './published-keys.js';

it('pins the algorithms for jose too: a published key of another one checks nothing', async () => {
  const world = await createTokenWorld(makeKeys());
  try {
    const signatures = publishedKeys(remoteKeys(world.keyServer.url, world.clock));
    const check = async (token: string) => signatures.check(parseCompactToken(token) ?? expect.unreachable());
    const byEd25519 = compact({ alg: 'EdDSA', kid: 'ed25519' }, world.auth0Claims(), (input) =>
      sign(null, Buffer.from(input), world.keys.ed25519.privateKey),
    );
    expect(await check(world.auth0Token())).toBe(1);
    expect(await check(byEd25519)).toMatchObject({ message: 'The access token is not valid.' });
  } finally {
    await world.keyServer.stop();
  }
});
