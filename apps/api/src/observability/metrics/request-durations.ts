import { Histogram, type Registry } from 'prom-client';

const NAME = 'http_request_duration_seconds';
const HELP = 'Time from the arrival of a request to the end of its answer, in seconds.';

/** Upper bounds in seconds: the usual answer takes a few milliseconds, the slowest promised one 5 s. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

type Label = 'method' | 'route' | 'status';

/** Counts one request: the status of its answer and the seconds it took. */
export type RecordRequest = (status: number, seconds: number) => void;

/** The durations of one method, route and status. */
class Series {
  readonly labels: Readonly<Record<Label, string>>;
  /** Counts by bound, each duration in the lowest bound that holds it; the last counts durations above all bounds. */
  readonly #counts = new Float64Array(BOUNDS.length + 1);
  #sum = 0;

  constructor(labels: Readonly<Record<Label, string>>) {
    this.labels = labels;
  }

  observe(seconds: number): void {
    let index = 0;
    while (index < BOUNDS.length && seconds > (BOUNDS[index] ?? 0)) index++;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += seconds;
  }

  /** As prom-client writes them: buckets that include the smaller ones, then sum and count. */
  values() {
    let count = 0;
    const buckets = [...BOUNDS, '+Inf'].map((le, index) => {
      count += this.#counts[index] ?? 0;
      return this.#value(`${NAME}_bucket`, { le }, count);
    });
    return [...buckets, this.#value(`${NAME}_sum`, {}, this.#sum), this.#value(`${NAME}_count`, {}, count)];
  }

  #value(metricName: string, labels: Readonly<Record<string, string | number>>, value: number) {
    return { metricName, labels, sharedLabels: this.labels, value };
  }
}

/**
 * `http_request_duration_seconds`. prom-client validates and hashes the labels at every observation, even through a
 * child resolved before, so the counting happens here and prom-client only sees the sums.
 */
export class RequestDurations extends Histogram<Label> {
  readonly #recorders = new Map<string, RecordRequest>();
  readonly #series: Series[] = [];

  constructor(registry: Registry) {
    super({
      name: NAME,
      help: HELP,
      labelNames: ['method', 'route', 'status'],
      buckets: [...BOUNDS],
      registers: [registry],
    });
  }

  /** Returns the function that counts the requests of one method and route pattern. Keep it: finding it costs more than using it. */
  recorder(method: string, route: string): RecordRequest {
    const key = `${method} ${route}`;
    const known = this.#recorders.get(key);
    if (known !== undefined) return known;
    const byStatus = new Map<number, Series>();
    const record: RecordRequest = (status, seconds) => {
      let series = byStatus.get(status);
      if (series === undefined) {
        series = new Series({ method, route, status: String(status) });
        byStatus.set(status, series);
        this.#series.push(series);
      }
      series.observe(seconds);
    };
    this.#recorders.set(key, record);
    return record;
  }

  /** The registry calls this on a metric, although prom-client's types omit it. */
  async getForPromString() {
    const values = this.#series.flatMap((series) => series.values());
    return { name: NAME, help: HELP, type: 'histogram', aggregator: 'sum', values };
  }

  /** The same for other processes, with every label beside its value. */
  override async get() {
    const { values, ...metric } = await this.getForPromString();
    const whole = values.map(({ sharedLabels, labels, ...value }) => ({
      ...value,
      labels: { ...sharedLabels, ...labels },
    }));
    return { ...metric, values: whole } as unknown as Awaited<ReturnType<Histogram<Label>['get']>>;
  }
}
