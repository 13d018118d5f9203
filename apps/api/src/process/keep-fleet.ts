import type { FleetBuild, FleetState, FoldStep, OpenDatabase, PeopleCheck } from '../database.js';
import type { Log } from '../observability/logging/create-log.js';
import type { Metrics } from '../observability/metrics/create-metrics.js';

/** How often the log repeats the progress of a build, or that folding fails; in milliseconds. */
const REMIND = 10_000;

/** Keeps the fleet's state up to date until the signal ends it, and reports the progress in the log and the metrics. */
export async function keepFleet(
  { fold }: Pick<OpenDatabase, 'fold'>,
  metrics: Pick<Metrics, 'addGauge'>,
  { logger }: Pick<Log, 'logger'>,
  signal: AbortSignal,
): Promise<void> {
  let state: FleetState = { asOf: undefined, builds: [] };
  metrics.addGauge({
    name: 'fleet_state_age_seconds',
    help: 'The age of the state that search and reports read; NaN while it is being built for the first time.',
    read: () => (state.asOf === undefined ? Number.NaN : Date.now() / 1000 - state.asOf.epochSeconds),
  });
  metrics.addGauge({
    name: 'fleet_build_progress_ratio',
    help: 'How much of the state that search and reports read has been built from the records, from 0 to 1.',
    label: 'table',
    read: () => state.builds.map((build) => [build.kind, ratioOf(build)]),
  });
  let found: PeopleCheck = { people: 0, differing: 0, parked: 0 };
  let checkedAt = Number.NaN;
  metrics.addGauge({
    name: 'fleet_check_age_seconds',
    help: 'How long ago this process last compared some people’s state with their records; NaN before the first time.',
    read: () => (performance.now() - checkedAt) / 1000,
  });
  metrics.addGauge({
    name: 'fleet_check_people',
    help: 'How many random people were compared then.',
    read: () => found.people,
  });
  metrics.addGauge({
    name: 'fleet_check_differing_people',
    help: 'For how many of them search and reports read a state that differs from their records.',
    read: () => found.differing,
  });
  metrics.addGauge({
    name: 'fleet_parked_people',
    help: 'How many people have too many or too long records to be counted in search and reports.',
    read: () => found.parked,
  });
  const isTimeForProgress = reminder();
  const isTimeForError = reminder();

  function onStep(step: FoldStep): void {
    for (const build of step.state.builds) {
      const before = state.builds.find(({ kind }) => kind === build.kind);
      if (before?.walking && !build.walking) logger.info(`fleet state of ${build.kind}: built`);
    }
    state = step.state;
    if (step.parked > 0) {
      logger.error(
        `too many or too long records to be counted, of ${step.parked === 1 ? 'one person' : `${step.parked} people`}: what search and reports read about them stays as it was`,
      );
    }
    const walking = state.builds.filter((build) => build.walking);
    if (walking.length === 0 || !isTimeForProgress()) return;
    for (const build of walking)
      logger.info(`fleet state of ${build.kind}: ${Math.floor(100 * ratioOf(build))} % built`);
  }

  function onError(error: unknown): void {
    if (!isTimeForError()) return;
    logger.warn({ err: error }, 'the fleet state could not be brought up to date: trying again');
  }

  function onCheck(check: PeopleCheck): void {
    found = check;
    checkedAt = performance.now();
    if (check.differing > 0)
      logger.error(
        `what search and reports read about ${check.differing} people is wrong: run "main.js check-fleet --repair"`,
      );
  }

  await fold({ signal, onStep, onCheck, onError });
}

/** Returns a function that is true at first, and then once in a while. */
function reminder(): () => boolean {
  let saidAt = Number.NEGATIVE_INFINITY;
  return () => {
    const isTime = performance.now() - saidAt >= REMIND;
    if (isTime) saidAt = performance.now();
    return isTime;
  };
}

/** The estimated total may be too low, so a running build is never complete. */
function ratioOf({ built, walking, done, total }: FleetBuild): number {
  if (!walking) return built ? 1 : 0;
  return Math.min(done / Math.max(total, 1), 0.99);
}
