import { describe, expect, it } from 'vitest';
import { KINDS, OPERATIONS, operationsOf } from './kinds.ts';
import { bodyOf, rawPieces, templatesFor } from './requests.ts';

const population = { owners: 3, recordsPerOwner: 2 };

describe.each(Object.values(KINDS))('requests for $name', (kind) => {
  it.each(operationsOf(kind, OPERATIONS))(
    '%s: announces the length that the body has, whatever varies',
    (operation) => {
      for (const template of templatesFor(kind, operation, population)) {
        const [toToken, toVarying, rest] = rawPieces(template);
        for (const n of [0, 59_999, 86_399_999, 999_999_999, 5_000_000_000]) {
          const body = bodyOf(template, n);
          const [headers = '', shared = ''] = toVarying.split('\r\n\r\n');
          const announced = /Content-Length: (\d+)/.exec(headers)?.[1];
          expect(announced).toBe(body === undefined ? undefined : `${Buffer.byteLength(body)}`);
          expect(toToken.startsWith(`${template.method} /dhos/v1/`)).toBe(true);
          expect(body ?? '').toSatisfy((text: string) => text.startsWith(shared) && text.endsWith(rest));
        }
      }
    },
  );
});

describe('templatesFor', () => {
  const templates = templatesFor(KINDS.patient, 'get', population);

  it('has a request for each record, the owner changing from one to the next', () => {
    expect(new Set(templates.map(({ path }) => path)).size).toBe(6);
    const tokens = templates.map(({ token }) => token);
    expect(tokens.slice(0, 3)).toEqual(tokens.slice(3));
    expect(new Set(tokens).size).toBe(3);
  });

  it('writes a value that no neighbour writes', () => {
    for (const operation of ['post', 'patch'] as const) {
      const [template] = templatesFor(KINDS.patient, operation, population);
      expect(template && bodyOf(template, 1)).not.toBe(template && bodyOf(template, 2));
    }
  });
});
