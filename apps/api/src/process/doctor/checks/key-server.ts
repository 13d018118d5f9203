import { type Check, failure } from '../finding.js';

export const KEY_SERVER_CHECKS: readonly Check[] = [
  {
    name: 'key server',
    find: ({ keyServer, faults }) => {
      if (keyServer === undefined) return faults.length > 0 ? undefined : [];
      const { trouble, usable } = keyServer;
      if (trouble !== undefined)
        return [
          failure(
            `the key server gives no keys: ${trouble}`,
            'Correct AUTH0_JWKS_URL, HTTPS_PROXY or NO_PROXY, and NODE_EXTRA_CA_CERTS behind a proxy that opens TLS; no new token of people can be checked.',
          ),
        ];
      return usable > 0
        ? []
        : [
            failure(
              'the key server publishes no key that can check a signature',
              'Have the issuer publish an RSA or EC key with "use": "sig", or correct AUTH0_JWKS_URL.',
            ),
          ];
    },
  },
];
