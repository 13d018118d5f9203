import type { NewAccess } from '../access/access.js';
import type { Clock } from '../ports/clock.js';
import type { IdGenerator } from '../ports/id-generator.js';
import { foundRecord, type Registered, registeredBy } from '../records/outcomes.js';
import type { RecordId } from '../values/ids.js';
import type { Erasure, ErasureQueries, ErasureRequest, PersonEraser } from './erasure.js';
import type { PersonalDataQueries } from './personal-data.js';

/** A caller's request for an erasure; its id and date are added here. */
export interface ErasePerson extends Pick<ErasureRequest, 'personId' | 'by' | 'retry'> {
  readonly access: Omit<NewAccess, 'at'>;
}

/** What can be done about one person. */
export interface PersonUseCases {
  /** Throws RetryConflictError, RetryInProgressError or UnavailableError. */
  readonly erase: (request: ErasePerson) => Promise<Registered<Erasure>>;
  readonly countBeforeErasure: PersonEraser['count'];
  /** Opens everything held on a person; it must be closed. Throws UnavailableError. */
  readonly openPersonalData: PersonalDataQueries['open'];
  /** Throws NotFoundError when there is no such receipt. */
  readonly getErasure: (id: RecordId) => Promise<Erasure>;
  readonly listErasures: ErasureQueries['list'];
}

/** Returns the use cases about one person. */
export function personUseCases({
  personEraser,
  erasures,
  personalData,
  clock,
  ids,
}: {
  readonly personEraser: PersonEraser;
  readonly erasures: ErasureQueries;
  readonly personalData: PersonalDataQueries;
  readonly clock: Clock;
  readonly ids: IdGenerator;
}): PersonUseCases {
  return {
    async erase({ access, ...request }) {
      const at = clock.now();
      return registeredBy(await personEraser.erase({ id: ids.next(), at, access: { at, ...access }, ...request }));
    },
    countBeforeErasure: (personId) => personEraser.count(personId),
    openPersonalData: (personId) => personalData.open(personId),
    getErasure: async (id) => foundRecord(await erasures.find(id)),
    listErasures: (request) => erasures.list(request),
  };
}
