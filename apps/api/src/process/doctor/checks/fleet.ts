import { type Check, checkOf, failure, warning } from '../finding.js';

/** In seconds: the fold works each second. */
const OLD = 60;
const MANY = 10_000;

export const FLEET_CHECKS: readonly Check[] = [
  checkOf('state of search and reports', 'fleet', ({ age, building, waiting, parked }) => [
    age === null &&
      warning(
        'what search and reports read has never been built: they answer 503',
        building ? 'Wait: the log says how far it is.' : 'Start the service: it builds it.',
      ),
    age !== null &&
      age > OLD &&
      warning(
        `what search and reports read is ${Math.round(age)} s old`,
        'Is the service running? Otherwise see docs/operating.md, TelemetryFleetStale.',
      ),
    waiting > MANY &&
      warning(
        `more than ${MANY} changes wait to be read into search and reports`,
        'After a bulk load, wait. Otherwise see docs/operating.md, TelemetryFleetStale.',
      ),
    parked > 0 &&
      warning(
        `${parked} people have too many or too long records to be counted in search and reports`,
        'See docs/operating.md, TelemetryFleetParked, for how to find them; delete what no app has sent.',
      ),
  ]),
  checkOf(
    'self-check of search and reports',
    'differing',
    (differing) =>
      differing > 0 &&
      failure(
        `of some random people, what search and reports read is wrong for ${differing}`,
        'Run "main.js check-fleet --repair".',
      ),
  ),
];
