export {
  createTelemetryClient,
  type TelemetryClient,
  type TelemetryClientOptions,
} from './create-telemetry-client.js';
export { etagOf } from './etags.js';
export type * from './generated/operations.schemas.js';
export type { ReportName } from './methods/reports.js';
export type { CallOptions, CreateOptions, UpdateOptions } from './options.js';
export type { Page, Pages } from './pages.js';
export { TelemetryError } from './telemetry-error.js';
