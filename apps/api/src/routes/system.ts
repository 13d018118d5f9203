import type { DataEraser } from '@polaris-telemetry/domain';
import { policies } from '../auth/policies.js';
import { json } from '../http/answer.js';
import type { Exchange } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import { serviceDocs } from '../openapi/service-docs.js';
import { Operation } from '../pipeline/operation.js';
import type { HealthCheck } from './health-check.js';
import { publicly } from './publicly.js';
import type { Version } from './version.js';

/** What the operations on the service itself need. */
export interface SystemDependencies {
  readonly version: Version;
  readonly health: HealthCheck;
  readonly metrics: { readonly contentType: string; readonly render: () => Promise<string> };
  readonly eraser: DataEraser;
  readonly allowDropData: boolean;
  readonly production: boolean;
}

const RUNNING = json(200, { running: true });
const DROPPING_IS_OFF = new Problem(403, 'Dropping data is not allowed here (ALLOW_DROP_DATA).');

/** The operations for operators and balancers and, outside production, for testers. */
export function systemOperations(dependencies: SystemDependencies): Operation[] {
  const { version, health, metrics, production } = dependencies;
  const versionAnswer = json(200, version);
  const always: Operation[] = [
    publicly('/running', serviceDocs.running, () => RUNNING),
    publicly('/version', serviceDocs.version, () => versionAnswer),
    publicly('/healthcheck', serviceDocs.healthcheck, async () => {
      const report = await health.report();
      return json(report.status === 'success' ? 200 : 503, report);
    }),
    publicly('/metrics', serviceDocs.metrics, async () => ({
      status: 200,
      content: { type: metrics.contentType, body: await metrics.render() },
    })),
  ];
  return production ? always : [...always, ...testingOperations(dependencies)];
}

function testingOperations({ eraser, allowDropData }: SystemDependencies): Operation[] {
  return [
    publicly('/debug', serviceDocs.debug, (exchange) => json(200, redactedHeaders(exchange))),
    Operation.of({
      method: 'post',
      path: '/drop_data',
      doc: () => serviceDocs.dropData,
      policy: policies.dropData,
      prepare: () => {
        if (!allowDropData) return DROPPING_IS_OFF;
        return async () => {
          const startedAt = performance.now();
          await eraser.eraseAll();
          const seconds = (performance.now() - startedAt) / 1000;
          return json(200, { complete: true, time_taken: `${seconds.toFixed(2)}s` });
        };
      },
    }),
  ];
}

/** What proxies and clients say about a connection and a request. Any other header may carry a secret or a person's name. */
const SHOWN_HEADERS: ReadonlySet<string> = new Set(
  (
    'accept accept-charset accept-encoding accept-language cache-control connection content-encoding content-length ' +
    'content-type expect forwarded host if-match if-modified-since if-none-match keep-alive pragma te traceparent ' +
    'transfer-encoding upgrade user-agent via x-amzn-trace-id x-correlation-id x-forwarded-for x-forwarded-host ' +
    'x-forwarded-port x-forwarded-prefix x-forwarded-proto x-real-ip x-request-id'
  ).split(' '),
);

function redactedHeaders({ headers }: Exchange) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SHOWN_HEADERS.has(name) ? value : '[redacted]']),
  );
}
