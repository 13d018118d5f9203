import {
  type BloodGlucoseMeter,
  type BloodGlucoseMeterFields,
  type Clock,
  compareLatestFirst,
  compareLatestVerifiedFirst,
  type DesktopDevice,
  type Device,
  type Installation,
  type InstallationFields,
  type InstallationRepository,
  type MobileDevice,
  type Store,
} from '../src/index.js';
import { inMemoryAccesses } from './access/in-memory-accesses.js';
import { instant } from './builders.js';
import { inMemoryExports } from './exports/in-memory-exports.js';
import { fixedClock } from './fixed-clock.js';
import { inMemoryFleet } from './fleet/in-memory-fleet.js';
import { inMemoryFleetReports, inMemoryProducts } from './fleet-reports/in-memory-fleet-reports.js';
import { inMemoryInstallationQueries } from './in-memory-installation-queries.js';
import { inMemoryQueries } from './in-memory-queries.js';
import { type ChangesByHand, type InMemoryRecords, inMemoryRecords } from './in-memory-records.js';
import { inMemoryRevisions } from './in-memory-revisions.js';
import { inMemoryMeterQueries } from './meters/in-memory-meter-queries.js';
import { inMemoryErasures } from './person/in-memory-erasures.js';
import { inMemoryPersonalData } from './person/in-memory-personal-data.js';

/** The reference implementation of every port. */
export interface InMemoryStore extends Store {
  /** What SQL can do to the records of each repository, for tests. */
  readonly byHand: {
    readonly patientInstallations: ChangesByHand<Installation<MobileDevice>>;
    readonly clinicianInstallations: ChangesByHand<Installation<DesktopDevice>>;
    readonly meters: ChangesByHand<BloodGlucoseMeter>;
  };
}

/**
 * Returns a new, empty store in memory: the reference implementation of every port. Its records are the very objects that were
 * added, so they must not be changed from outside.
 *
 * @param clock dates what is read
 */
export function inMemoryStore(clock: Clock = fixedClock(instant('2022-03-04T08:00:00Z'))): InMemoryStore {
  const mobiles = inMemoryInstallations<MobileDevice>();
  const desktops = inMemoryInstallations<DesktopDevice>();
  const meters = inMemoryRecords<BloodGlucoseMeter, BloodGlucoseMeterFields>(
    (meter) => meter.patientId,
    (meter, fields) => ({ ...meter, ...fields }),
  );
  function phoneOf({ patientId, mobileId }: BloodGlucoseMeter): MobileDevice | undefined {
    return mobiles.ofOwner(patientId).find(({ id }) => String(id) === String(mobileId))?.device;
  }

  const kinds = { mobiles, desktops, meters };
  const erasures = inMemoryErasures(kinds, () => accesses, clock);
  const accesses = inMemoryAccesses(clock, (id) => erasures.isGone(id));
  return {
    accessLog: accesses,
    personEraser: erasures,
    patientInstallations: mobiles,
    clinicianInstallations: desktops,
    meters,
    queries: {
      accesses,
      erasures,
      personalData: inMemoryPersonalData(kinds, accesses, erasures, clock),
      patientInstallations: inMemoryInstallationQueries(mobiles, clock),
      clinicianInstallations: inMemoryInstallationQueries(desktops, clock),
      meters: inMemoryQueries(meters.ofOwner, compareLatestVerifiedFirst, clock),
      fleet: {
        patients: inMemoryFleet(mobiles.all, clock),
        clinicians: inMemoryFleet(desktops.all, clock),
      },
      allMeters: inMemoryMeterQueries(() => meters.all().flatMap((states) => states.slice(-1)), phoneOf, clock),
      exports: inMemoryExports({
        meters: meters.all,
        clinicianInstallations: desktops.all,
        patientInstallations: mobiles.all,
      }),
      reports: {
        answers: { once: (_question, work) => work() },
        products: inMemoryProducts(mobiles.all, desktops.all, clock),
        patients: inMemoryFleetReports(mobiles.all, clock),
        clinicians: inMemoryFleetReports(desktops.all, clock),
      },
      revisions: {
        patientInstallations: inMemoryRevisions(mobiles.statesOf, clock),
        clinicianInstallations: inMemoryRevisions(desktops.statesOf, clock),
        meters: inMemoryRevisions(meters.statesOf, clock),
      },
    },
    byHand: { patientInstallations: mobiles, clinicianInstallations: desktops, meters },
    eraser: {
      async eraseAll() {
        for (const store of [mobiles, desktops, meters]) store.eraseAll();
      },
    },
    probe: {
      check: async () => [
        { checker: 'database_connectivity_test', passed: true, output: 'in memory' },
        { checker: 'database_version_test', passed: true, output: 'in memory' },
      ],
    },
  };
}

function inMemoryInstallations<D extends Device>(): InstallationRepository<D> &
  InMemoryRecords<Installation<D>, InstallationFields<D>> {
  const records = inMemoryRecords<Installation<D>, InstallationFields<D>>(
    (installation) => installation.ownerId,
    (installation, { device, firstUsed }) => ({
      ...installation,
      device: { ...installation.device, ...device },
      firstUsed: firstUsed ?? installation.firstUsed,
    }),
  );
  return {
    ...records,
    findLatest: async (ownerId) => records.ofOwner(ownerId).sort(compareLatestFirst)[0],
  };
}
