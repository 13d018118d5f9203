import type { Meter } from '@opentelemetry/api';
import type { DatabaseState } from '../metrics/watch-database.js';

/** Read whenever metrics are sent: how busy the process is. */
export function watchProcess(meter: Meter): void {
  let before = performance.eventLoopUtilization();
  meter
    .createObservableGauge('nodejs.eventloop.utilization', { description: 'Event loop utilization.', unit: '1' })
    .addCallback((result) => {
      const now = performance.eventLoopUtilization();
      result.observe(performance.eventLoopUtilization(now, before).utilization);
      before = now;
    });
  meter
    .createObservableUpDownCounter('process.memory.usage', {
      description: 'The amount of physical memory in use.',
      unit: 'By',
    })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableCounter('process.cpu.time', { description: 'Total CPU seconds.', unit: 's' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe(user / 1e6, { 'cpu.mode': 'user' });
      result.observe(system / 1e6, { 'cpu.mode': 'system' });
    });
}

/** How busy the connections to the database are. The pools are `pipelined`, `apart` and `reads`. */
export function watchDatabase(meter: Meter, read: () => DatabaseState): void {
  meter
    .createObservableUpDownCounter('db.client.connection.count', {
      description: 'The number of connections that are currently in the given state.',
      unit: '{connection}',
    })
    .addCallback((result) => {
      const { pool, pipelined, reads } = read();
      const observe = (name: string, state: string, count: number) =>
        result.observe(count, { 'db.client.connection.pool.name': name, 'db.client.connection.state': state });
      observe('apart', 'idle', pool.idle);
      observe('apart', 'used', pool.total - pool.idle);
      observe('reads', 'idle', reads.pool.idle);
      observe('reads', 'used', reads.pool.total - reads.pool.idle);
      // Each has any number of statements in flight and is shared by all: none is idle in the pool's sense.
      observe('pipelined', 'used', pipelined.open);
    });
  meter
    .createObservableUpDownCounter('db.client.connection.pending_requests', {
      description: 'The number of current pending requests for an open connection.',
      unit: '{request}',
    })
    .addCallback((result) => {
      const { pool, pipelined, reads } = read();
      result.observe(pool.waiting, { 'db.client.connection.pool.name': 'apart' });
      result.observe(reads.pool.waiting, { 'db.client.connection.pool.name': 'reads' });
      result.observe(pipelined.unsent, { 'db.client.connection.pool.name': 'pipelined' });
    });
  meter
    .createObservableUpDownCounter('polaris_telemetry.database.waiting_calls', {
      description: 'Calls that wait for an answer from the database.',
      unit: '{call}',
    })
    .addCallback((result) => result.observe(read().waiting));
}
