import {
  type Actor,
  type AddOutcome,
  type Audit,
  type Change,
  DuplicateIdError,
  ERASED,
  isRetryKeyRemembered,
  isSameRequest,
  type RecordId,
  type RecordRef,
  type Retry,
  type UpdateOutcome,
} from '../src/index.js';
import { equal } from './contract-case.js';

interface Stored {
  readonly id: RecordId;
  readonly audit: Audit;
}

interface RememberedRetry<Entity> {
  readonly retry: Retry;
  readonly snapshot: Entity;
}

/** What SQL can do with the records of one kind, past every rule of the use cases. */
export interface ChangesByHand<Entity> {
  /** Replaces the record with the same id, no matter who owns it. */
  overwrite(record: Entity): void;
  /** Deletes a record and everything kept about it. */
  remove(id: RecordId): void;
}

/** The part of the reference implementations that is the same for every kind of record. */
export interface InMemoryRecords<Entity extends Stored, Fields> extends ChangesByHand<Entity> {
  add(record: Entity, retry?: Retry): Promise<AddOutcome<Entity>>;
  find(ref: RecordRef<string>): Promise<Entity | undefined>;
  update(ref: RecordRef<string>, change: Change<Fields>, expected?: Entity): Promise<UpdateOutcome<Entity>>;
  ofOwner(ownerId: string): Entity[];
  /** Every known state of a record, oldest first; none when the owner has no such record. */
  statesOf(ref: RecordRef<string>): readonly Entity[];
  /** Every known state of every record, oldest first. */
  all(): readonly (readonly Entity[])[];
  eraseAll(): void;
  /** How much is held on a person. */
  countPerson(personId: string): HeldOnPerson;
  /** In which roles the records of others, or earlier states of them, name a person. */
  namesOf(personId: string): ReadonlyMap<RecordId, ('created_by' | 'modified_by')[]>;
  /** Removes a person's records, and the name from those of others. */
  erasePerson(personId: string): void;
}

/** What the records of one kind hold on a person. */
export interface HeldOnPerson {
  readonly records: number;
  readonly states: number;
  readonly retryCopies: number;
  readonly namesInOthers: number;
}

/**
 * @param ownerOf returns a record's owner
 * @param apply returns the record with new values for the given fields
 */
export function inMemoryRecords<Entity extends Stored, Fields>(
  ownerOf: (record: Entity) => string,
  apply: (record: Entity, fields: Fields) => Entity,
): InMemoryRecords<Entity, Fields> {
  const records = new Map<RecordId, Entity>();
  /** Every known state of each record, oldest first; the last is the present one. */
  const states = new Map<RecordId, readonly Entity[]>();
  const retries = new Map<string, RememberedRetry<Entity>>();

  function get(ref: RecordRef<string>): Entity | undefined {
    const record = records.get(ref.id);
    return record !== undefined && ownerOf(record) === ref.ownerId ? record : undefined;
  }

  function put(record: Entity): void {
    const before = records.get(record.id);
    const isAnothers = before !== undefined && ownerOf(before) !== ownerOf(record);
    states.set(record.id, [...(isAnothers ? [] : (states.get(record.id) ?? [])), record]);
    records.set(record.id, record);
  }

  function isOf(personId: string) {
    return (record: Entity) => ownerOf(record) === personId;
  }

  function namesIn(personId: string, kept: readonly Entity[]): number {
    const others = kept.filter((record) => ownerOf(record) !== personId);
    const names = others.flatMap(({ audit }) => [audit.createdBy, audit.modifiedBy]);
    return names.filter((name) => String(name) === personId).length;
  }

  function withoutName(personId: string, record: Entity): Entity {
    const nameAfter = (name: Actor) => (String(name) === personId ? (ERASED as Actor) : name);
    const { createdBy, modifiedBy } = record.audit;
    return {
      ...record,
      audit: { ...record.audit, createdBy: nameAfter(createdBy), modifiedBy: nameAfter(modifiedBy) },
    };
  }

  return {
    countPerson(personId) {
      const all = [...states.values()].flat();
      const copies = [...retries.values()].map(({ snapshot }) => snapshot);
      return {
        records: [...records.values()].filter(isOf(personId)).length,
        states: all.filter(isOf(personId)).length,
        retryCopies: copies.filter(isOf(personId)).length,
        namesInOthers: namesIn(personId, [...all, ...copies]),
      };
    },

    namesOf(personId) {
      const others = [...states.values()].filter(([first]) => first !== undefined && !isOf(personId)(first));
      const named = others.map((kept) => {
        const made = kept.some(({ audit }) => String(audit.createdBy) === personId);
        const changed = kept.some(({ audit }) => String(audit.modifiedBy) === personId);
        const roles = [...(made ? (['created_by'] as const) : []), ...(changed ? (['modified_by'] as const) : [])];
        return [kept[0]?.id as RecordId, roles] as const;
      });
      return new Map(named.filter(([, roles]) => roles.length > 0));
    },

    erasePerson(personId) {
      for (const [id, record] of records) {
        if (isOf(personId)(record)) {
          records.delete(id);
          states.delete(id);
          continue;
        }
        records.set(id, withoutName(personId, record));
        states.set(
          id,
          (states.get(id) ?? []).map((state) => withoutName(personId, state)),
        );
      }
      for (const [id, { retry, snapshot }] of retries) {
        if (isOf(personId)(snapshot)) retries.delete(id);
        else retries.set(id, { retry, snapshot: withoutName(personId, snapshot) });
      }
    },

    async add(record, retry) {
      const retryId = retry && JSON.stringify([ownerOf(record), retry.key]);
      const earlier = retryId === undefined ? undefined : retries.get(retryId);
      if (earlier && isRetryKeyRemembered(earlier.snapshot.audit.created, record.audit.created)) {
        return retry !== undefined && isSameRequest(earlier.retry, retry)
          ? { outcome: 'replayed', record: earlier.snapshot }
          : { outcome: 'conflict' };
      }
      if (records.has(record.id)) throw new DuplicateIdError('a record with this id exists');
      put(record);
      if (retry && retryId) retries.set(retryId, { retry, snapshot: record });
      return { outcome: 'added', record };
    },

    async find(ref) {
      return get(ref);
    },

    async update(ref, change, expected) {
      const before = get(ref);
      if (before === undefined) return { outcome: 'missing' };
      if (expected && !equal(before, expected)) return { outcome: 'stale' };
      const after = apply(before, change.fields);
      if (equal(before, after)) return { outcome: 'unchanged', record: before };
      const record = { ...after, audit: { ...before.audit, modified: change.at, modifiedBy: change.by } };
      put(record);
      return { outcome: 'updated', record };
    },

    ofOwner: (ownerId) => [...records.values()].filter((record) => ownerOf(record) === ownerId),

    statesOf: (ref) => (get(ref) === undefined ? [] : (states.get(ref.id) ?? [])),

    all: () => [...states.values()],

    overwrite(record) {
      if (!equal(records.get(record.id), record)) put(record);
    },

    remove(id) {
      records.delete(id);
      states.delete(id);
    },

    eraseAll() {
      records.clear();
      states.clear();
      retries.clear();
    },
  };
}
