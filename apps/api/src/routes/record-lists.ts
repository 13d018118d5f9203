import type { ListUseCase } from '@polaris-telemetry/domain';
import { z } from 'zod';
import type { OwnerGrant } from '../auth/owner-policy.js';
import type { Policy } from '../auth/policy.js';
import { pageAnswer } from '../http/page.js';
import { placeOf } from '../http/page-token.js';
import { ownerIdOf } from '../http/path-ids.js';
import { invalid, Problem } from '../http/problem.js';
import { readQuery } from '../http/query.js';
import { type EndpointDoc, listingDoc } from '../openapi/record-docs.js';
import { Operation } from '../pipeline/operation.js';
import { pageParameters } from '../wire/page.js';
import type { RecordKind } from './record-operations.js';

export interface Listing<Owner, Entity> {
  readonly path: string;
  readonly policy: Policy<OwnerGrant>;
  readonly doc: EndpointDoc;
  readonly list: ListUseCase<Owner, Entity>;
}

const parameters = z.strictObject(pageParameters);

/** GET: a page of the records of the owner in the path. */
export function listing<Owner, Entity>(
  kind: RecordKind<Owner, Entity>,
  { path, policy, doc, list }: Listing<Owner, Entity>,
): Operation {
  return Operation.of({
    method: 'get',
    path,
    policy,
    workload: 'reading',
    doc: listingDoc(kind.doc, doc, parameters),
    prepare: (exchange, { ownerId: raw }) => {
      const ownerId = ownerIdOf(raw, kind.parseOwner, kind.doc.ownerId.name);
      const query = readQuery(exchange, parameters);
      const after = placeOf(exchange);
      if (ownerId instanceof Problem || query instanceof Problem || after instanceof Problem) {
        return invalid(ownerId, query, after);
      }
      return async () => {
        const { results, more, asOf } = await list(ownerId, { limit: query.page_size, after });
        const written = results.map(({ record, place }) => ({ json: kind.write(record), place }));
        return pageAnswer(exchange, { results: written, more, asOf });
      };
    },
  });
}
