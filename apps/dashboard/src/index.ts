export { createDashboard, type Dashboard, type DashboardOptions } from './create-dashboard.js';
export { sessionKeyOf } from './settings/session-key.js';
export { DevelopmentDoor, type RedeemsCodes } from './sign-in/development-door.js';
export { OneTimeCodes } from './sign-in/one-time-codes.js';
export { Provider, type ProviderSettings } from './sign-in/provider.js';
export { telemetryClient } from './telemetry-client.js';
