import type {
  Actor,
  BloodGlucoseMeter,
  DesktopDevice,
  Fault,
  Installation,
  MobileDevice,
  RecordRef,
  Registered,
  Retry,
} from '@polaris-telemetry/domain';
import type { z } from 'zod';
import type { OwnerGrant } from '../auth/owner-policy.js';
import type { Policy } from '../auth/policy.js';
import { readJson } from '../http/body.js';
import { conditional, isConditional, meetsConditions, written } from '../http/conditional.js';
import { retryOf } from '../http/idempotency-key.js';
import { COPIES_OF_AN_ANSWER } from '../http/memory-budget.js';
import { ownerIdOf, recordRefOf } from '../http/path-ids.js';
import { Problem } from '../http/problem.js';
import { OVERLOADED, STALE } from '../http/problems.js';
import { type FurtherFaults, validate } from '../http/validate.js';
import {
  type EndpointDoc,
  type RecordDoc,
  readingDoc,
  readingLatestDoc,
  registeringDoc,
  updatingDoc,
} from '../openapi/record-docs.js';
import { Operation } from '../pipeline/operation.js';

/** What the operations on one kind of record have in common. */
export interface RecordKind<Owner, Entity> {
  readonly doc: RecordDoc;
  readonly parseOwner: (raw: unknown) => Owner | Fault;
  /** The names of the members, in the order of its JSON. */
  readonly members: readonly string[];
  /** The members of the record, in the order of its JSON: the same in every operation, because the ETag is computed from them. */
  readonly show: (record: Entity) => Readonly<Record<string, unknown>>;
  /** In bytes. */
  readonly bodyLimit: number;
}

/** The kinds of records that an owner may have. */
export interface OwnedRecords {
  readonly patients: RecordKind<Installation<MobileDevice>['ownerId'], Installation<MobileDevice>>;
  readonly clinicians: RecordKind<Installation<DesktopDevice>['ownerId'], Installation<DesktopDevice>>;
  readonly meters: RecordKind<BloodGlucoseMeter['patientId'], BloodGlucoseMeter>;
}

export interface Endpoint {
  readonly path: string;
  readonly policy: Policy<OwnerGrant>;
  readonly doc: EndpointDoc;
}

export interface BodySchema<Body> {
  readonly schema: z.ZodType<Body>;
  readonly example: Readonly<Record<string, unknown>>;
}

export interface Registering<Owner, Entity, Body> extends Endpoint {
  readonly status: 200 | 201;
  readonly body: BodySchema<Body>;
  readonly register: (request: {
    ownerId: Owner;
    body: Body;
    actor: Actor;
    retry?: Retry;
  }) => Promise<Registered<Entity>>;
}

/** POST: a new record for the owner in the path. */
export function registering<Owner, Entity, Body>(
  kind: RecordKind<Owner, Entity>,
  { path, policy, doc, status, body: bodySchema, register }: Registering<Owner, Entity, Body>,
): Operation {
  return Operation.of({
    method: 'post',
    path,
    policy,
    doc: () => registeringDoc(kind.doc, doc, status, bodySchema),
    prepare: async (exchange, { ownerId: raw, actor }) => {
      const ownerId = ownerIdOf(raw, kind.parseOwner, kind.doc.ownerId.name);
      if (ownerId instanceof Problem) return ownerId;
      const json = await readJson(exchange, kind.bodyLimit);
      if (json instanceof Problem) return json;
      const body = validate(bodySchema.schema, json.value);
      if (body instanceof Problem) return body;
      const retry = retryOf(exchange, json);
      if (retry instanceof Problem) return retry;
      return async () => {
        const { record, replayed } = await register({ ownerId, body, actor, ...(retry && { retry }) });
        return written(status, write(kind, record), replayed ? REPLAYED : undefined);
      };
    },
  });
}

const REPLAYED = { 'Idempotency-Replayed': 'true' } as const;

export interface Reading<Owner, Entity> extends Endpoint {
  readonly read: (ref: RecordRef<Owner>) => Promise<Entity>;
}

/** GET: the record that the path names. */
export function reading<Owner, Entity>(
  kind: RecordKind<Owner, Entity>,
  { path, policy, doc, read }: Reading<Owner, Entity>,
): Operation {
  return Operation.of({
    method: 'get',
    path,
    policy,
    doc: () => readingDoc(kind.doc, doc),
    prepare: (exchange, { ownerId }) => {
      const ref = recordRefOf(exchange, ownerId, kind.parseOwner, idNames(kind));
      if (ref instanceof Problem) return ref;
      return async () => conditional(exchange, write(kind, await read(ref)));
    },
  });
}

export interface ReadingLatest<Owner, Entity> extends Endpoint {
  readonly readLatest: (ownerId: Owner) => Promise<Entity | undefined>;
}

/** GET: the latest record of the owner in the path, or `{}`. */
export function readingLatest<Owner, Entity>(
  kind: RecordKind<Owner, Entity>,
  { path, policy, doc, readLatest }: ReadingLatest<Owner, Entity>,
): Operation {
  return Operation.of({
    method: 'get',
    path,
    policy,
    doc: () => readingLatestDoc(kind.doc, doc),
    prepare: (exchange, { ownerId: raw }) => {
      const ownerId = ownerIdOf(raw, kind.parseOwner, kind.doc.ownerId.name);
      if (ownerId instanceof Problem) return ownerId;
      return async () => {
        const record = await readLatest(ownerId);
        return conditional(exchange, record === undefined ? '{}' : write(kind, record));
      };
    },
  });
}

export interface Updating<Owner, Entity, Body> extends Endpoint {
  readonly body: BodySchema<Body>;
  /** What is wrong with a body beyond its schema. */
  readonly furtherFaults?: (ref: RecordRef<Owner>) => FurtherFaults;
  readonly read: (ref: RecordRef<Owner>) => Promise<Entity>;
  readonly update: (request: { ref: RecordRef<Owner>; body: Body; actor: Actor; expected?: Entity }) => Promise<Entity>;
}

/** PATCH: new values for some fields of the record that the path names. */
export function updating<Owner, Entity, Body>(
  kind: RecordKind<Owner, Entity>,
  { path, policy, doc, body: bodySchema, furtherFaults, read, update }: Updating<Owner, Entity, Body>,
): Operation {
  return Operation.of({
    method: 'patch',
    path,
    policy,
    doc: () => updatingDoc(kind.doc, doc, bodySchema),
    prepare: async (exchange, { ownerId, actor }) => {
      const ref = recordRefOf(exchange, ownerId, kind.parseOwner, idNames(kind));
      if (ref instanceof Problem) return ref;
      const json = await readJson(exchange, kind.bodyLimit);
      if (json instanceof Problem) return json;
      const body = validate(bodySchema.schema, json.value, furtherFaults?.(ref));
      if (body instanceof Problem) return body;
      if (!isConditional(exchange)) {
        return async () => written(200, write(kind, await update({ ref, body, actor })));
      }
      return async () => {
        const expected = await read(ref);
        const current = write(kind, expected);
        if (!meetsConditions(exchange, current)) return STALE;
        // Before the change is stored: a client that is refused afterwards cannot repeat it, for its condition fails.
        if (!exchange.hold(COPIES_OF_A_CHANGE * (current.length + json.bytes.length))) return OVERLOADED;
        // Guarded by the very row that the condition was evaluated against: a change in between makes this one stale.
        return written(200, write(kind, await update({ ref, body, actor, expected })));
      };
    },
  });
}

/** The record that a conditional change expects, twice on its way to the database, and the answer, which may be longer. */
const COPIES_OF_A_CHANGE = 3 + COPIES_OF_AN_ANSWER;

/** Writes a record as JSON. */
function write<Entity>({ show }: Pick<RecordKind<never, Entity>, 'show'>, record: Entity): string {
  return JSON.stringify(show(record));
}

export function idNames({ doc }: { readonly doc: RecordDoc }) {
  return { owner: doc.ownerId.name, record: doc.recordId.name };
}
