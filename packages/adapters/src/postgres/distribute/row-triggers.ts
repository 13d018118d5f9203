import { noteEveryone, startRevisions, type TriggerDefinition } from '../migrations/triggers.js';
import { RECORD_TABLE_NAMES } from '../tables.js';
import { keepFunctionOf, noteFunctionOf } from './row-functions.js';

/** As on a plain server, but for each row, and not for TRUNCATE: `/drop_data` empties the revisions itself there. */
const REVISIONS: readonly TriggerDefinition[] = RECORD_TABLE_NAMES.map((table) => ({
  name: `${table}_revision`,
  table,
  triggers: {
    '0_polaris_kept_update': `after update on %1$s.${table} for each row when (old.* *<> new.*) execute function %1$s.${keepFunctionOf(table)}()`,
    '0_polaris_kept_delete': `after delete on %1$s.${table} for each row execute function %1$s.${keepFunctionOf(table)}()`,
  },
  alongside: [startRevisions(table)],
}));

const FLEET: readonly TriggerDefinition[] = RECORD_TABLE_NAMES.map((table) => ({
  name: `${table}_fleet`,
  table,
  triggers: {
    '0_polaris_noted': `after insert or update or delete on %1$s.${table} for each row execute function %1$s.${noteFunctionOf(table)}()`,
  },
  alongside: [noteEveryone(table)],
}));

/**
 * The required triggers of distributed tables, in place of `TRIGGERS`. Citus takes row triggers alone. Their names carry the
 * schema, because the nodes need not have the search path of this session.
 */
export const ROW_TRIGGERS: readonly TriggerDefinition[] = [...REVISIONS, ...FLEET];
