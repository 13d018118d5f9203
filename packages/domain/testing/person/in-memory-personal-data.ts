import type {
  BloodGlucoseMeter,
  Clock,
  DesktopDevice,
  HeldRecords,
  Installation,
  MobileDevice,
  NamedInRecord,
  PersonalDataQueries,
  PersonEraser,
  RecordId,
} from '../../src/index.js';
import { compareInstants, compareText } from '../../src/index.js';
import type { InMemoryAccesses } from '../access/in-memory-accesses.js';
import type { InMemoryRecords } from '../in-memory-records.js';

/** What the records of one store are read from. */
export interface ReadableKinds {
  readonly mobiles: Pick<InMemoryRecords<Installation<MobileDevice>, never>, 'ofOwner' | 'statesOf' | 'namesOf'>;
  readonly desktops: Pick<InMemoryRecords<Installation<DesktopDevice>, never>, 'ofOwner' | 'statesOf' | 'namesOf'>;
  readonly meters: Pick<InMemoryRecords<BloodGlucoseMeter, never>, 'ofOwner' | 'statesOf' | 'namesOf'>;
}

/** Reads what is held on a person in memory: the reference implementation. */
export function inMemoryPersonalData(
  { mobiles, desktops, meters }: ReadableKinds,
  accesses: InMemoryAccesses,
  eraser: PersonEraser,
  clock: Clock,
): PersonalDataQueries {
  return {
    async open(personId) {
      const about = accesses.all.filter((access) => access.personId === personId || String(access.actor) === personId);
      const newestFirst = about.reverse().sort((a, b) => compareInstants(b.at, a.at));
      const named: NamedInRecord[] = [
        ...namedIn('blood_glucose_meter', meters.namesOf(personId)),
        ...namedIn('clinician_installation', desktops.namesOf(personId)),
        ...namedIn('patient_installation', mobiles.namesOf(personId)),
      ];
      return {
        asOf: clock.now(),
        counts: await eraser.count(personId),
        patientInstallations: held(mobiles, personId),
        clinicianInstallations: held(desktops, personId),
        meters: held(meters, personId),
        recordsOfOthers: () => each(named),
        accesses: () => each(newestFirst),
        close: async () => {},
      };
    },
  };
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

function held<Entity extends { readonly id: RecordId }>(
  {
    ofOwner,
    statesOf,
  }: { ofOwner(id: string): Entity[]; statesOf(ref: { ownerId: string; id: RecordId }): readonly Entity[] },
  ownerId: string,
): HeldRecords<Entity> {
  const records = ofOwner(ownerId).sort((a, b) => compareText(a.id, b.id));
  const revisions = records.flatMap(({ id }) =>
    statesOf({ ownerId, id })
      .map((record, index, states) => {
        return { number: index + 1, place: `${index + 1}`, record, previous: states[index - 1] };
      })
      .reverse(),
  );
  return { records: () => each(records), revisions: () => each(revisions) };
}

function namedIn(
  kind: NamedInRecord['kind'],
  names: ReadonlyMap<RecordId, NamedInRecord['roles']>,
): readonly NamedInRecord[] {
  const ids = [...names.keys()].sort(compareText);
  return ids.map((id) => ({ kind, id, roles: names.get(id) ?? [] }));
}
