import { actor, instant } from '../../testing/index.js';
import { type Installation, type Mistake, type Repository, remembering, roundTrip } from './broken-repository.js';

const CHANGES = 'a change changes the named field and the modification, nothing else';
const SAME_VALUES = 'a change to the same values, or of no field, leaves the audit alone';
const GUARDED = 'a guarded change is made only to the record that was expected';

/** A repository whose `update` is this function of the record as it is stored, in place of the right one. */
function updating(
  change: (before: Installation, ...args: Parameters<Repository['update']>) => ReturnType<Repository['update']>,
): (good: Repository) => Partial<Repository> {
  return (good) => {
    const { all, repository } = remembering(good);
    return {
      ...repository,
      find: async ({ id, ownerId }) => (all.get(id)?.ownerId === ownerId ? all.get(id) : undefined),
      update: async (...args) => {
        const before = all.get(args[0].id);
        if (before?.ownerId !== args[0].ownerId) return { outcome: 'missing' };
        const result = await change(before, ...args);
        if ('record' in result) all.set(before.id, result.record);
        return result;
      },
    };
  };
}

function applied(before: Installation, { fields, at, by }: Parameters<Repository['update']>[1]): Installation {
  const device = { ...before.device, ...fields.device };
  const audit = { ...before.audit, modified: at, modifiedBy: by };
  return { ...before, device, firstUsed: fields.firstUsed ?? before.firstUsed, audit };
}

export const wrongUpdates: readonly Mistake[] = [
  {
    mistake: 'always touches the audit',
    noticedBy: SAME_VALUES,
    make: updating(async (before, _, change) => ({ outcome: 'updated', record: applied(before, change) })),
  },
  {
    mistake: 'says unchanged, but touches the audit',
    noticedBy: SAME_VALUES,
    make: (good) => {
      const touched = { at: instant('2024-01-01T00:00:00Z'), by: actor('nobody') };
      const audits = new Map<string, typeof touched>();
      return {
        update: async (...args) => {
          const result = await good.update(...args);
          if (result.outcome === 'unchanged') audits.set(args[0].id, touched);
          return result;
        },
        find: async (ref) => {
          const [record, audit] = [await good.find(ref), audits.get(ref.id)];
          if (!record || !audit) return record;
          return { ...record, audit: { ...record.audit, modified: audit.at, modifiedBy: audit.by } };
        },
      };
    },
  },
  {
    mistake: 'never touches the audit',
    noticedBy: CHANGES,
    make: (good) => ({
      update: async (ref, change, expected) => {
        const { modified: at = change.at, modifiedBy: by = change.by } = (await good.find(ref))?.audit ?? {};
        return good.update(ref, { ...change, at, by }, expected);
      },
    }),
  },
  {
    mistake: 'creates the record again',
    noticedBy: CHANGES,
    make: updating(async (before, _, change) => {
      const audit = { created: change.at, createdBy: change.by, modified: change.at, modifiedBy: change.by };
      return { outcome: 'updated', record: { ...applied(before, change), audit } };
    }),
  },
  {
    mistake: 'sets the device to the named fields alone',
    noticedBy: CHANGES,
    make: updating(async (before, _, change) => {
      const device = { ...before.device, ...change.fields.device };
      if (change.fields.device && !('model' in change.fields.device)) device.model = device.appProduct;
      return { outcome: 'updated', record: { ...applied(before, change), device } };
    }),
  },
  {
    mistake: 'changes every record of the owner',
    noticedBy: CHANGES,
    make: (good) => {
      const { all, repository } = remembering(good);
      return {
        ...repository,
        update: async (ref, change, expected) => {
          for (const record of all.values()) if (record.ownerId === ref.ownerId) await good.update(record, change);
          return good.update(ref, change, expected);
        },
      };
    },
  },
  {
    mistake: 'changes only the first named field',
    noticedBy: 'a change of several fields changes them all',
    make: (good) => ({
      update: (ref, change, expected) => {
        const [first] = Object.entries(change.fields.device ?? {});
        const fields = first ? { device: Object.fromEntries([first]) } : change.fields;
        return good.update(ref, { ...change, fields }, expected);
      },
    }),
  },
  {
    mistake: 'takes a change for none when its first field does not differ',
    noticedBy: 'a change of several fields counts as one if any of them differs',
    make: (good) => ({
      update: async (ref, change, expected) => {
        const record = await good.find(ref);
        const { device = {} } = change.fields;
        const { appProduct } = device;
        const same = appProduct !== undefined && appProduct === record?.device.appProduct;
        return same && !expected ? { outcome: 'unchanged', record } : good.update(ref, change, expected);
      },
    }),
  },
  {
    mistake: 'compares dates as instants, without their offsets',
    noticedBy: 'the same instant in another offset is another value',
    make: (good) => ({
      update: async (ref, change, expected) => {
        const record = await good.find(ref);
        const { firstUsed, ...others } = change.fields;
        const same = firstUsed && JSON.stringify(firstUsed.instant) === JSON.stringify(record?.firstUsed.instant);
        return good.update(ref, same ? { ...change, fields: others } : change, expected);
      },
    }),
  },
  {
    mistake: 'changes records of any owner',
    noticedBy: 'a change of another owner’s record, or of a missing one, is reported as missing and changes nothing',
    make: (good) => {
      const { all, repository } = remembering(good);
      return {
        ...repository,
        update: (ref, ...args) =>
          repository.update({ ...ref, ownerId: all.get(ref.id)?.ownerId ?? ref.ownerId }, ...args),
      };
    },
  },
  {
    mistake: 'takes another owner’s record for stale when the change is guarded',
    noticedBy: 'a change of another owner’s record, or of a missing one, is reported as missing and changes nothing',
    make: (good) => ({
      update: async (ref, change, expected) => {
        const result = await good.update(ref, change, expected);
        return expected && result.outcome === 'missing' ? { outcome: 'stale' } : result;
      },
    }),
  },
  {
    mistake: 'reads, changes and writes the whole record back',
    noticedBy: 'concurrent changes lose nothing they did not name, and each answer shows its own change',
    make: updating(async (before, _, change) => {
      await roundTrip();
      return { outcome: 'updated', record: applied(before, change) };
    }),
  },
  {
    mistake: 'answers a change with the record as it was read before',
    noticedBy: 'concurrent changes lose nothing they did not name, and each answer shows its own change',
    make: (good) => ({
      update: async (ref, ...args) => {
        const before = await good.find(ref);
        const result = await good.update(ref, ...args);
        return result.outcome === 'updated' && before ? { ...result, record: before } : result;
      },
    }),
  },
  {
    mistake: 'reports to each of several callers with the same change that theirs was applied',
    noticedBy: 'of the same change many times at once, one is made and the others find it made',
    make: (good) => ({
      update: async (ref, ...args) => {
        const before = await good.find(ref);
        await roundTrip();
        const result = await good.update(ref, ...args);
        const seemsNew = result.outcome === 'unchanged' && before?.audit.modified !== result.record.audit.modified;
        return seemsNew ? { ...result, outcome: 'updated' } : result;
      },
    }),
  },
  {
    mistake: 'batches changes and gives each caller the answer to the last',
    noticedBy: 'many changes at once each get their own answer',
    make: (good) => {
      let answer: ReturnType<Repository['update']>;
      return {
        update: async (...args) => {
          answer = good.update(...args);
          await roundTrip();
          return answer;
        },
      };
    },
  },
  {
    mistake: 'ignores the guard',
    noticedBy: GUARDED,
    make: (good) => ({ update: (ref, change) => good.update(ref, change) }),
  },
  {
    mistake: 'guards by the time of modification alone',
    noticedBy: 'a guard notices a difference in any field, the audit included',
    make: updating(async (before, _, change, expected) => {
      const stale = expected && JSON.stringify(expected.audit.modified) !== JSON.stringify(before.audit.modified);
      return stale ? { outcome: 'stale' } : { outcome: 'updated', record: applied(before, change) };
    }),
  },
  {
    mistake: 'guards by all but the audit',
    noticedBy: 'a guard notices a difference in any field, the audit included',
    make: (good) => ({
      update: async (ref, change, expected) => {
        const audit = (await good.find(ref))?.audit;
        return good.update(ref, change, expected && audit ? { ...expected, audit } : expected);
      },
    }),
  },
  {
    mistake: 'forgets the guard where the change changes nothing',
    noticedBy: 'a guarded change that changes nothing is unchanged or stale',
    make: (good) => ({
      update: async (ref, change, expected) => {
        const record = await good.find(ref);
        const nothing = record && Object.keys(change.fields).length === 0;
        return nothing ? { outcome: 'unchanged', record } : good.update(ref, change, expected);
      },
    }),
  },
  {
    mistake: 'checks the guard before it writes, not in one step',
    noticedBy: 'of two guarded changes at once, one is made and the other is stale',
    make: updating(async (before, _, change, expected) => {
      const stale = expected && JSON.stringify(expected) !== JSON.stringify(before);
      await roundTrip();
      return stale ? { outcome: 'stale' } : { outcome: 'updated', record: applied(before, change) };
    }),
  },
  {
    mistake: 'compares the guard in milliseconds and short texts',
    noticedBy: 'guarded changes work for values at the borders too',
    make: (good) => ({
      update: async (ref, change, expected) =>
        expected && expected.device.model.length > 8191 ? { outcome: 'stale' } : good.update(ref, change, expected),
    }),
  },
];
