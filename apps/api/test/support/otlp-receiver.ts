import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** What was sent to a receiver, once. */
export interface Received {
  readonly path: string;
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: number;
}

export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly { readonly attributes: Readonly<Record<string, unknown>>; readonly count?: number }[];
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** An OpenTelemetry collector, as far as a test needs one: it keeps what it gets by OTLP over HTTP. */
export class OtlpReceiver {
  readonly received: Received[] = [];
  readonly #server: Server;

  /** @param answers false: it takes everything and says nothing */
  constructor(answers = true) {
    this.#server = createServer(async (request, response) => {
      this.received.push(await whole(request));
      if (answers) response.writeHead(200, { 'Content-Type': request.headers['content-type'] }).end();
    });
  }

  /** @returns its address, for OTEL_EXPORTER_OTLP_ENDPOINT */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Everything that was sent, as text to search. */
  get text(): string {
    return this.received.map(({ body }) => body.toString('latin1')).join('\n');
  }

  /** The attributes of the process that sent (JSON only). */
  get resource(): Readonly<Record<string, unknown>> {
    const [first] = this.#of('/v1/traces', 'resourceSpans');
    return attributesOf(first?.resource?.attributes);
  }

  /** Spans, in the order of their ends (JSON only). */
  get spans(): readonly Span[] {
    return this.#of('/v1/traces', 'resourceSpans')
      .flatMap(({ scopeSpans = [] }) => scopeSpans)
      .flatMap(({ spans }) => spans)
      .map(({ attributes, status, ...span }) => ({
        ...span,
        attributes: attributesOf(attributes),
        status: status?.code ?? 0,
      }));
  }

  /** The last of each metric (JSON only). */
  get metrics(): ReadonlyMap<string, Metric> {
    const metrics = this.#of('/v1/metrics', 'resourceMetrics')
      .flatMap(({ scopeMetrics = [] }) => scopeMetrics)
      .flatMap((scope) => scope.metrics)
      .map(({ name, unit, histogram, sum, gauge }): [string, Metric] => {
        const points = (histogram ?? sum ?? gauge)?.dataPoints ?? [];
        return [name, { name, unit, points: points.map((p) => ({ ...p, attributes: attributesOf(p.attributes) })) }];
      });
    return new Map(metrics);
  }

  /** Waits until something is there. */
  async until<Found>(find: (receiver: this) => Found | undefined | false): Promise<Found> {
    for (let tries = 0; tries < 1_000; tries++) {
      const found = find(this);
      if (found !== undefined && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`did not come: ${find}; there are ${this.received.map(({ path }) => path).join(' ')}`);
  }

  #of(path: string, member: 'resourceSpans' | 'resourceMetrics'): readonly Batch[] {
    return this.received
      .filter((each) => each.path === path)
      .flatMap(({ body }) => (JSON.parse(body.toString()) as Record<typeof member, Batch[]>)[member]);
  }
}

/** OTLP's JSON, as far as it is looked at. */
interface Batch {
  readonly resource?: { readonly attributes: readonly Attribute[] };
  readonly scopeSpans?: readonly { readonly spans: readonly WireSpan[] }[];
  readonly scopeMetrics?: readonly { readonly metrics: readonly WireMetric[] }[];
}

type WireSpan = Omit<Span, 'attributes' | 'status'> & {
  readonly attributes?: readonly Attribute[];
  readonly status?: { readonly code?: number };
};

interface Points {
  readonly dataPoints: readonly { readonly attributes?: readonly Attribute[]; readonly count?: number }[];
}

interface WireMetric {
  readonly name: string;
  readonly unit: string;
  readonly histogram?: Points;
  readonly sum?: Points;
  readonly gauge?: Points;
}

function attributesOf(attributes: readonly Attribute[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

async function whole(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return {
    path: request.url ?? '',
    contentType: request.headers['content-type'],
    authorization: request.headers.authorization,
    body: request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
  };
}
