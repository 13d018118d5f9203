import { randomUUID } from 'node:crypto';
import { type IdGenerator, isFault, parseRecordId } from '@polaris-telemetry/domain';

/** Version 4 UUIDs from the operating system's random numbers. */
export const randomIds: IdGenerator = {
  next() {
    const id = parseRecordId(randomUUID());
    if (isFault(id)) throw new Error(`a UUID ${id.rule}`);
    return id;
  },
};
