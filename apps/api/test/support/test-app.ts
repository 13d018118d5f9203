import { useCasesOn } from '@polaris-telemetry/domain';
import { fixedClock, inMemoryStore, instant, recordId, sequentialIds } from '@polaris-telemetry/domain/testing';
import { type AppDependencies, createApp } from '../../src/app.js';
import { createVerifyToken } from '../../src/auth/verify-token.js';
import { Lifecycle } from '../../src/pipeline/lifecycle.js';
import type { RequestObserver } from '../../src/pipeline/request-observer.js';
import { RequestsInProgress } from '../../src/pipeline/requests-in-progress.js';
import { Slots } from '../../src/pipeline/slots.js';
import { HealthCheck } from '../../src/routes/health-check.js';
import { HS_KEY, ISSUER } from './tokens.js';

/** The application over the reference repositories, without a server. */
export function testApp(overrides: Partial<AppDependencies> = {}) {
  const clock = fixedClock(instant('2023-05-06T07:08:09.123456Z'));
  const store = inMemoryStore(clock);
  const lifecycle = new Lifecycle(1);
  lifecycle.becomeReady();
  const dependencies: AppDependencies = {
    useCases: useCasesOn(store, { clock, ids: sequentialIds() }),
    verifyToken: createVerifyToken({ internal: { issuer: ISSUER, key: HS_KEY }, ignoreValidation: false }, undefined),
    requestsInProgress: {
      records: new RequestsInProgress(() => 100, 4_700),
      reads: new RequestsInProgress(() => 100, 14_700),
      erasure: new RequestsInProgress(() => 100, 59_500),
    },
    observer: silentObserver,
    lifecycle,
    version: { version: '1.2.3', circle: 'unknown', hash: 'unknown' },
    health: new HealthCheck(store.probe, lifecycle, 'test-host'),
    metrics: { contentType: 'text/plain', render: async () => '' },
    eraser: store.eraser,
    allowDropData: true,
    bodyLimit: 1_048_576,
    exportSlots: new Slots(2),
    production: false,
    ...overrides,
  };
  return { app: createApp(dependencies), dependencies, store, clock };
}

/** The same, where another service assigns the ids: those that are pushed to `ids` are the next ones. */
export function referenceBeside() {
  const ids: string[] = [];
  const { store, clock } = testApp();
  const next = () => recordId(ids.shift() ?? '');
  return { ...testApp({ useCases: useCasesOn(store, { clock, ids: { next } }) }), store, clock, ids };
}

export const silentObserver: RequestObserver = { ofRoute: () => () => {}, unparsed: () => {}, failed: () => {} };
