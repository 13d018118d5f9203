export { createDashboard, type Dashboard, type DashboardOptions } from './create-dashboard.js';
export { DevelopmentDoor } from './sign-in/development-door.js';
export { telemetryClient } from './telemetry-client.js';
