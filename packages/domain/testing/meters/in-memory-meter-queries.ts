import {
  type AgreementCount,
  type AgreementDimension,
  type AgreementGroup,
  type BloodGlucoseMeter,
  type Clock,
  compareLatestVerifiedFirst,
  compareText,
  InvalidPlaceError,
  isVerifiedWithin,
  type MeterFilter,
  type MeterQueries,
  type MobileDevice,
  matchesFilter,
  totalOf,
} from '../../src/index.js';

/**
 * Reads the meters of all patients in memory: the reference implementation.
 *
 * @param all every meter
 * @param phoneOf the device of the patient's installation whose id is the meter's `mobileId`
 */
export function inMemoryMeterQueries(
  all: () => readonly BloodGlucoseMeter[],
  phoneOf: (meter: BloodGlucoseMeter) => MobileDevice | undefined,
  clock: Clock,
): MeterQueries {
  /** The records as they were when they were found: a place is its record's number among them. */
  const found: BloodGlucoseMeter[] = [];

  function rememberedAt(place: string): BloodGlucoseMeter {
    const record = /^place \d+$/.test(place) ? found[Number(place.slice(6))] : undefined;
    if (record === undefined) throw new InvalidPlaceError('this place does not belong to the search');
    return record;
  }

  function passing(filter: MeterFilter): BloodGlucoseMeter[] {
    const verified = all().filter((meter) => isVerifiedWithin(meter, filter));
    const candidates = filter.latestTold ? newestTold(verified) : verified;
    return candidates.filter((meter) => matchesFilter(meter, phoneOf(meter), filter));
  }

  function nameOf(meter: BloodGlucoseMeter, by: AgreementDimension | undefined): string | null {
    switch (by) {
      case undefined:
        return null;
      case 'app_version':
        return meter.appVersion;
      case 'serial_number':
        return meter.serialNumber;
      case 'phone_os':
        return phoneOf(meter)?.phoneOs ?? null;
      default:
        return phoneOf(meter)?.[by] ?? null;
    }
  }

  return {
    async search({ filter, order, limit, after, countUpTo }) {
      const direction = order === 'newest' ? 1 : -1;
      const compare = (left: BloodGlucoseMeter, right: BloodGlucoseMeter) =>
        direction * compareLatestVerifiedFirst(left, right);
      const start = after === undefined ? undefined : rememberedAt(after);
      const matching = passing(filter);
      const following = matching.filter((meter) => start === undefined || compare(start, meter) < 0).sort(compare);
      const results = following.slice(0, limit).map((record) => ({ record, place: `place ${found.push(record) - 1}` }));
      return {
        results,
        more: following.length > limit,
        asOf: clock.now(),
        ...(countUpTo !== undefined && { total: totalOf(matching.length, countUpTo) }),
      };
    },

    async countAgreement({ filter, by, top, first }) {
      const groups = new Map<string | null, AgreementGroup>();
      for (const meter of passing({ ...filter, isBgValueCorrect: [true, false] })) {
        const name = nameOf(meter, by);
        const { told, disagree } = groups.get(name) ?? { told: 0, disagree: 0 };
        groups.set(name, { name, told: told + 1, disagree: disagree + (meter.isBgValueCorrect === false ? 1 : 0) });
      }
      const counts = countsOf([...groups.values()]);
      const chosen = new Set(first(counts).map(({ told, disagree }) => `${told} ${disagree}`));
      const isChosen = ({ told, disagree }: AgreementGroup) => Number(chosen.has(`${told} ${disagree}`));
      const sorted = [...groups.values()].sort(
        (left, right) =>
          isChosen(right) - isChosen(left) ||
          right.disagree - left.disagree ||
          right.told - left.told ||
          compareNames(left.name, right.name),
      );
      return { counts, groups: sorted.slice(0, top), asOf: clock.now() };
    },
  };
}

function countsOf(groups: readonly AgreementGroup[]): AgreementCount[] {
  const counts = new Map<string, AgreementCount>();
  for (const { told, disagree } of groups) {
    const key = `${told} ${disagree}`;
    counts.set(key, { told, disagree, groups: 1 + (counts.get(key)?.groups ?? 0) });
  }
  return [...counts.values()];
}

function compareNames(left: string | null, right: string | null): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return compareText(left, right);
}

function newestTold(meters: readonly BloodGlucoseMeter[]): BloodGlucoseMeter[] {
  const newest = new Map<string, BloodGlucoseMeter>();
  const told = meters.filter(({ isBgValueCorrect, serialNumber }) => isBgValueCorrect !== null && serialNumber !== '');
  for (const meter of [...told].sort(compareLatestVerifiedFirst)) {
    const key = JSON.stringify([meter.patientId, meter.serialNumber]);
    if (!newest.has(key)) newest.set(key, meter);
  }
  return [...newest.values()];
}
