// What other services and the outer layers may use. Everything else in this package is private.
export * from './access/access.js';
export * from './access/access-log.js';
export * from './access/list-accesses.js';
export * from './access/record-access.js';
export * from './blood-glucose-meter/blood-glucose-meter.js';
export * from './blood-glucose-meter/blood-glucose-meter.repository.js';
export * from './blood-glucose-meter/get-blood-glucose-meter.js';
export * from './blood-glucose-meter/meter-filter.js';
export * from './blood-glucose-meter/meter-queries.js';
export * from './blood-glucose-meter/register-blood-glucose-meter.js';
export * from './blood-glucose-meter/update-blood-glucose-meter.js';
export * from './blood-glucose-meter/use-cases.js';
export * from './device-summary/summarise-devices.js';
export * from './errors.js';
export * from './exports/export-queries.js';
export {
  type CurrentInstallation,
  currentInstallations,
} from './fleet/current-installation.js';
export * from './fleet/effective-date.js';
export * from './fleet/fleet-queries.js';
export {
  historyOf,
  type InstallationHistory,
  isFirstState,
  type RunningApp,
} from './fleet/installation-history.js';
export * from './fleet/timeline.js';
export * from './fleet/version-order.js';
export * from './fleet-reports/adoption-days.js';
export * from './fleet-reports/fleet-report-queries.js';
export * from './fleet-reports/fleet-reports.js';
export * from './fleet-reports/release-life.js';
export * from './fleet-reports/report-adoption.js';
export * from './fleet-reports/report-answers.js';
export * from './fleet-reports/report-breakdown.js';
export * from './fleet-reports/report-outdated.js';
export * from './fleet-reports/report-releases.js';
export * from './installation/get-installation.js';
export * from './installation/get-latest-installation.js';
export * from './installation/installation.js';
export * from './installation/installation.repository.js';
export * from './installation/installation-queries.js';
export * from './installation/register-installation.js';
export * from './installation/update-installation.js';
export * from './installation/use-cases.js';
export * from './meter-verification/assess-agreement.js';
export * from './meter-verification/verify-meters.js';
export * from './person/erasure.js';
export * from './person/kept-erasures.js';
export * from './person/person-id.js';
export * from './person/personal-data.js';
export * from './person/use-cases.js';
export * from './ports/clock.js';
export * from './ports/data-eraser.js';
export * from './ports/database-probe.js';
export * from './ports/id-generator.js';
export * from './ports/store.js';
export * from './records/list-records.js';
export type { AddOutcome, Change, RecordRef, Registered, UpdateOutcome } from './records/outcomes.js';
export * from './records/page.js';
export * from './records/record-queries.js';
export * from './records/retry.js';
export * from './records/search.js';
export * from './revisions/list-revisions.js';
export * from './revisions/revision.js';
export * from './revisions/revision-queries.js';
export * from './statistics/false-discovery-rate.js';
export * from './statistics/fisher-exact-test.js';
export * from './statistics/wilson-interval.js';
export * from './use-cases.js';
export * from './values/actor.js';
export type { Audit } from './values/audit.js';
export * from './values/blood-glucose-value.js';
export type { Branded } from './values/branded.js';
export * from './values/day.js';
export * from './values/fault.js';
export * from './values/ids.js';
export * from './values/instant.js';
export * from './values/offset-date-time.js';
export { compareText, parseText, type Text } from './values/text.js';
