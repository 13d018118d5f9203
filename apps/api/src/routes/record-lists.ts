import type { ListRevisionsUseCase, ListUseCase } from '@polaris-telemetry/domain';
import { z } from 'zod';
import type { OwnerGrant } from '../auth/owner-policy.js';
import type { Policy } from '../auth/policy.js';
import { pageAnswer } from '../http/page.js';
import { readPageQuery } from '../http/page-token.js';
import { ownerIdOf, recordRefOf } from '../http/path-ids.js';
import { invalid, Problem } from '../http/problem.js';
import { listingDoc, revisionsDoc } from '../openapi/list-docs.js';
import { Operation } from '../pipeline/operation.js';
import { pageParameters } from '../wire/page.js';
import { showRevision } from '../wire/revision.js';
import { idNames, type RecordKind } from './record-operations.js';

const parameters = z.strictObject(pageParameters);

/** A kind of record that can be listed. */
export interface ListedKind<Owner, Entity> {
  readonly records: RecordKind<Owner, Entity>;
  /** As in the path. */
  readonly owner: 'patient' | 'clinician';
  /** As in the path. */
  readonly name: 'installation' | 'blood_glucose_meter';
  readonly policy: Policy<OwnerGrant>;
  /** The order of the list, for the documentation. */
  readonly order: string;
}

/** GET: a page of the records of the owner in the path. */
export function listing<Owner, Entity>(
  { records, owner, name, policy, order }: ListedKind<Owner, Entity>,
  list: ListUseCase<Owner, Entity>,
): Operation {
  const doc = {
    operationId: name === 'installation' ? `list_${owner}_installations` : `list_${name}s`,
    summary: `List the ${name.replaceAll('_', ' ')}s of a ${owner}`,
    description: `${order} An owner without any has an empty list.`,
  };
  return Operation.of({
    method: 'get',
    path: `/dhos/v1/${owner}/{${owner}_id}/${name}`,
    policy,
    workload: 'reads',
    doc: () => listingDoc(records.doc, doc, parameters),
    prepare: (exchange, { ownerId: raw }) => {
      const ownerId = ownerIdOf(raw, records.parseOwner, records.doc.ownerId.name);
      const read = readPageQuery(exchange, parameters);
      if (ownerId instanceof Problem || read instanceof Problem) return invalid(ownerId, read);
      const { query, after } = read;
      return async () => {
        const page = await list(ownerId, { limit: query.page_size, after });
        return pageAnswer(exchange, page, records.show);
      };
    },
  });
}

/** GET: a page of the revisions of the record that the path names, newest first. */
export function listingRevisions<Owner, Entity>(
  { records, owner, name, policy }: ListedKind<Owner, Entity>,
  listRevisions: ListRevisionsUseCase<Owner, Entity>,
): Operation {
  const doc = {
    operationId: name === 'installation' ? `list_${owner}_installation_revisions` : `list_${name}_revisions`,
    summary: `List the revisions of the ${name.replaceAll('_', ' ')} of a ${owner}`,
    description:
      'The record’s states, newest first: one revision for each change by anyone, even by SQL. The newest one is the present record.',
  };
  return Operation.of({
    method: 'get',
    path: `/dhos/v1/${owner}/{${owner}_id}/${name}/{${records.doc.recordId.name}}/revision`,
    policy,
    workload: 'reads',
    doc: () => revisionsDoc(records.doc, doc, parameters),
    prepare: (exchange, { ownerId }) => {
      const ref = recordRefOf(exchange, ownerId, records.parseOwner, idNames(records));
      const read = readPageQuery(exchange, parameters);
      if (ref instanceof Problem || read instanceof Problem) return invalid(ref, read);
      const { query, after } = read;
      return async () => {
        const { results, complete, ...page } = await listRevisions(ref, { limit: query.page_size, after });
        const listed = results.map((record) => ({ record, place: record.place }));
        const show = (revision: (typeof results)[number]) => showRevision(records.show, revision);
        return pageAnswer(exchange, { ...page, results: listed }, show, { complete });
      };
    },
  });
}
