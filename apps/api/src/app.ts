import { OpenAPIHono } from '@hono/zod-openapi';
import { NO_SUCH_ADDRESS } from './errors.js';
import { respond } from './http/answer.js';
import { createHandler, type HandlerDependencies } from './http/create-handler.js';
import { Exchange, type NodeBindings } from './http/exchange.js';
import type { Operation } from './http/operation.js';
import { Problem } from './http/problem.js';
import { rawPath } from './http/raw-path.js';
import { bloodGlucoseMeterOperations } from './routes/blood-glucose-meters.js';
import { clinicianInstallation } from './routes/clinician-installation.js';
import { installationOperations } from './routes/installations.js';
import { patientInstallation } from './routes/patient-installation.js';
import type { UseCases } from './use-cases.js';

export interface AppDependencies extends HandlerDependencies {
  readonly useCases: UseCases;
  /** In bytes. */
  readonly bodyLimit: number;
  readonly production: boolean;
}

export type App = OpenAPIHono<{ Bindings: NodeBindings }>;

/** Every endpoint there is: what is mounted, documented and tested. */
export function operationsOf({ useCases, bodyLimit, production }: AppDependencies): readonly Operation[] {
  const installations = { bodyLimit, acceptSeeded: !production };
  return [
    ...installationOperations(patientInstallation, useCases.patientInstallations, installations),
    ...installationOperations(clinicianInstallation, useCases.clinicianInstallations, installations),
    ...bloodGlucoseMeterOperations(useCases.meters, bodyLimit),
  ];
}

/** Makes the application: Hono with every operation mounted. */
export function createApp(dependencies: AppDependencies): App {
  const app: App = new OpenAPIHono({ getPath: rawPath });
  const operations = operationsOf(dependencies);
  for (const operation of operations) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(operation.method.toUpperCase(), path, createHandler(operation, dependencies));
  }
  return app;
}
