import type { Device, FleetFilter, Installation } from '../../src/index.js';
import { actor, instant, text } from '../builders.js';
import { type ContractCase, expectEqual } from '../contract-case.js';
import { inMemoryStore } from '../in-memory-repositories.js';
import { randomNumbers } from './random-numbers.js';
import { ORDERS, type Searching } from './searching.js';

/** Compares a search with the reference, whatever happened before. */
export function randomFleetContract<D extends Device>({
  used,
  emptyFleet,
  walk,
  versions,
  systemVersion,
  portsOf,
}: Searching<D>): ContractCase[] {
  return [
    {
      name: 'after random histories every search finds what the plain rule finds',
      check: async () => {
        const { settle, ...ports } = await emptyFleet();
        const reference = inMemoryStore({ now: () => instant('2022-03-04T00:00:00Z') });
        const both = [ports, portsOf(reference)] as const;
        const random = randomNumbers(7);
        const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
        const stored: Installation<D>[] = [];
        const day = () => `2021-01-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}T00:00:00Z`;
        for (let step = 0; step < 60; step++) {
          const version = pick(['1', '1.0', '1.1', '2-rc', '2', 'dev', '']);
          const record = pick(stored);
          if (record === undefined || random() < 0.6) {
            const product = pick(['GDM', 'OTHER', '']);
            const added = used(`r${step}`, `owner ${Math.floor(random() * 12)}`, day(), version, {
              appProduct: product,
              [systemVersion]: pick(['10', '9', 'x']),
            });
            stored.push(added);
            for (const { repository } of both) await repository.add(added);
          } else {
            const fields = {
              device: {
                appVersion: text(version),
                ...(random() < 0.3 ? { appProduct: text('OTHER') } : {}),
              } as Partial<D>,
            };
            const change = { fields, at: instant(day()), by: actor('x') };
            for (const { repository } of both) await repository.update(record, change);
          }
        }
        await settle();
        for (let search = 0; search < 40; search++) {
          const filter = {
            ...(random() < 0.4
              ? { equal: { appProduct: [pick(['GDM', 'OTHER', ''])], appVersion: [pick(['1', '']), '2', '1.1'] } }
              : {}),
            ...(random() < 0.4 ? versions('appVersion', pick(['1', '1.0.1']), pick([undefined, '2'])) : {}),
            ...(random() < 0.3 ? { since: { from: instant(day()) } } : {}),
            ...(random() < 0.3 ? { lastSeen: { before: instant(day()) } } : {}),
          } as FleetFilter<D>;
          const order = pick(ORDERS);
          const [found, expected] = await Promise.all(
            both.map(({ queries }) => walk(queries, filter, order, 1 + Math.floor(random() * 4))),
          );
          expectEqual(found, expected, JSON.stringify({ filter, order }));
        }
      },
    },
  ];
}
