import type { RecordId } from '../values/ids.js';

/** Makes ids for new records. */
export interface IdGenerator {
  /** Returns a new random UUID, version 4 (RFC 9562), in lower case; never the same one twice. */
  next(): RecordId;
}
