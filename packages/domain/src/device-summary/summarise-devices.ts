import type { BloodGlucoseMeter } from '../blood-glucose-meter/blood-glucose-meter.js';
import type { Device, Installation, MobileDevice } from '../installation/installation.js';
import type { CurrentRecord, InstallationQueries } from '../installation/installation-queries.js';
import type { ListPage, RecordQueries } from '../records/record-queries.js';
import { isFault } from '../values/fault.js';
import { type InstallationOwnerId, type MeterOwnerId, parseInstallationOwnerId } from '../values/ids.js';
import { compareInstants, type Instant } from '../values/instant.js';

/** The beginning of a list, and its length. */
export interface ListBeginning<Entity> {
  readonly total: number;
  /** The first 10; fewer if they would take too much memory. */
  readonly first: readonly Entity[];
}

/** What support wants to know of a person's devices, on one page. */
export interface DeviceSummary<D extends Device> {
  /** Everything stored by this moment is in the summary. */
  readonly asOf: Instant;
  readonly current: readonly CurrentRecord<D>[];
  /** How many current installations are left out; 0 except with texts of many megabytes. */
  readonly omitted: number;
  readonly installations: ListBeginning<Installation<D>>;
}

/** A patient also has meters. */
export interface PatientSummary extends DeviceSummary<MobileDevice> {
  readonly meters: ListBeginning<BloodGlucoseMeter>;
}

const FIRST = 10;

/**
 * Summarises a person's installations.
 *
 * The use case throws UnavailableError.
 */
export function summariseDevices<D extends Device>(ports: {
  installations: InstallationQueries<D>;
}): (ownerId: InstallationOwnerId) => Promise<DeviceSummary<D>> {
  return async (ownerId) => {
    const { current, omitted, asOf } = await ports.installations.findCurrent(ownerId);
    const page = await ports.installations.list(ownerId, { limit: FIRST, withTotal: true });
    return { asOf: earlier(asOf, page.asOf), current, omitted, installations: beginningOf(page) };
  };
}

/**
 * Summarises a patient's installations and meters. An id too long for an installation's owner has meters only.
 *
 * The use case throws UnavailableError.
 */
export function summarisePatientDevices(ports: {
  installations: InstallationQueries<MobileDevice>;
  meters: RecordQueries<MeterOwnerId, BloodGlucoseMeter>;
}): (patientId: MeterOwnerId) => Promise<PatientSummary> {
  const summarise = summariseDevices(ports);
  return async (patientId) => {
    const ownerId = parseInstallationOwnerId(patientId);
    const summary = isFault(ownerId) ? undefined : await summarise(ownerId);
    const page = await ports.meters.list(patientId, { limit: FIRST, withTotal: true });
    return {
      ...(summary ?? { current: [], omitted: 0, installations: { total: 0, first: [] } }),
      asOf: summary ? earlier(summary.asOf, page.asOf) : page.asOf,
      meters: beginningOf(page),
    };
  };
}

function beginningOf<Entity>({ results, total = results.length }: ListPage<Entity>): ListBeginning<Entity> {
  return { total, first: results.map(({ record }) => record) };
}

function earlier(left: Instant, right: Instant): Instant {
  return compareInstants(left, right) <= 0 ? left : right;
}
