import {
  type CurrentRecord,
  type Device,
  type DeviceSummary,
  type Fault,
  formatInstant,
  type ListBeginning,
} from '@polaris-telemetry/domain';
import { z } from 'zod';
import type { OwnerGrant } from '../auth/owner-policy.js';
import type { Policy } from '../auth/policy.js';
import { json } from '../http/answer.js';
import { ownerIdOf } from '../http/path-ids.js';
import { invalid, Problem } from '../http/problem.js';
import { readQuery } from '../http/query.js';
import { summaryDoc } from '../openapi/list-docs.js';
import type { RecordDoc } from '../openapi/record-docs.js';
import { Operation } from '../pipeline/operation.js';

/** A kind of record, as shown in a summary. */
export interface SummarisedKind<Entity> {
  readonly doc: RecordDoc;
  readonly show: (record: Entity) => Readonly<Record<string, unknown>>;
}

export interface Summarising<Owner, D extends Device, Summary extends DeviceSummary<D>> {
  /** As in the path. */
  readonly owner: 'patient' | 'clinician';
  readonly policy: Policy<OwnerGrant>;
  readonly parseOwner: (raw: unknown) => Owner | Fault;
  readonly installations: SummarisedKind<Summary['installations']['first'][number]>;
  readonly summarise: (ownerId: Owner) => Promise<Summary>;
  /** What the owner has besides installations: its documentation and its members in the body. */
  readonly also?: {
    readonly doc: Readonly<Record<string, RecordDoc>>;
    readonly show: (summary: Summary) => Readonly<Record<string, unknown>>;
  };
}

const NO_PARAMETERS = z.strictObject({});

/** GET: what support wants to know about the devices of the person in the path. */
export function summarising<Owner extends string, D extends Device, Summary extends DeviceSummary<D>>({
  owner,
  policy,
  parseOwner,
  installations,
  summarise,
  also,
}: Summarising<Owner, D, Summary>): Operation {
  const idName = `${owner}_id`;
  return Operation.of({
    method: 'get',
    path: `/dhos/v1/${owner}/{${idName}}/device_summary`,
    policy,
    workload: 'reads',
    doc: () => summaryDoc(owner, installations.doc, also?.doc),
    prepare: (exchange, { ownerId: raw }) => {
      const ownerId = ownerIdOf(raw, parseOwner, idName);
      const query = readQuery(exchange, NO_PARAMETERS);
      if (ownerId instanceof Problem || query instanceof Problem) return invalid(ownerId, query);
      return async () => {
        const summary = await summarise(ownerId);
        return json(200, {
          [idName]: ownerId,
          as_of: formatInstant(summary.asOf),
          current: summary.current.map((each) => showCurrent(installations, each)),
          ...(summary.omitted > 0 && { omitted: summary.omitted }),
          installations: showBeginning(installations, summary.installations),
          ...also?.show(summary),
        });
      };
    },
  });
}

function showCurrent<D extends Device>(
  { show }: SummarisedKind<CurrentRecord<D>['installation']>,
  { installation, since, versionSince }: CurrentRecord<D>,
) {
  return {
    app_product: installation.device.appProduct,
    since: formatInstant(since),
    version_since: formatInstant(versionSince),
    installation: show(installation),
  };
}

/** Shows the beginning of a list. */
export function showBeginning<Entity>({ show }: SummarisedKind<Entity>, { total, first }: ListBeginning<Entity>) {
  return { total, results: first.map(show) };
}
