// For tests of services that implement or use the domain's ports. Never imported by production code.
export * from './awkward-texts.js';
export * from './blood-glucose-meter-repository.contract.js';
export * from './builders.js';
export type { ContractCase } from './contract-case.js';
export { ContractViolation } from './contract-case.js';
export * from './fixed-clock.js';
export * from './fleet/fleet-queries.contract.js';
export * from './fleet/random-numbers.js';
export * from './fleet/versions-at.js';
export type { ChangesByHand } from './in-memory-records.js';
export * from './in-memory-repositories.js';
export * from './installation-repository.contract.js';
export * from './meter-queries.contract.js';
export * from './ports.contract.js';
export * from './record-queries.contract.js';
export * from './revisions/revision-queries.contract.js';
export * from './sequential-ids.js';
export * from './store.contract.js';
