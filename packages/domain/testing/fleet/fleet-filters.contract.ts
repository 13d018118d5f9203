import type { Device, FleetFilter } from '../../src/index.js';
import { longText } from '../awkward-texts.js';
import { instant } from '../builders.js';
import { type ContractCase, expectEqual } from '../contract-case.js';
import type { Searching } from './searching.js';

/** What the filters of a search promise. */
export function fleetFiltersContract<D extends Device>({
  used,
  fleetOf,
  ids,
  versions,
  systemVersion,
}: Searching<D>): ContractCase[] {
  return [
    {
      name: 'texts are compared exactly, several are any of them, and all filters hold together',
      check: async () => {
        const queries = await fleetOf(
          used('a', 'one', '2021-01-01T00:00:00Z', '1.0', { uniqueDeviceCode: longText }),
          used('b', 'two', '2021-01-02T00:00:00Z', '1.0', { uniqueDeviceCode: `${longText}!` }),
          used('c', 'three', '2021-01-03T00:00:00Z', '', { uniqueDeviceCode: 'it\'s \\ "quoted"' }),
          used('d', 'Three', '2021-01-04T00:00:00Z', 'v1.0'),
        );
        const equal = (filter: Record<string, readonly string[]>) => ids(queries, { equal: filter } as FleetFilter<D>);
        expectEqual(await equal({ appVersion: ['1.0'] }), ['b', 'a'], 'one version');
        expectEqual(await equal({ appVersion: ['1.0', ''] }), ['c', 'b', 'a'], 'two versions');
        expectEqual(await equal({ uniqueDeviceCode: [longText] }), ['a'], 'a long code');
        expectEqual(await equal({ uniqueDeviceCode: ['it\'s \\ "quoted"'] }), ['c'], 'a code with quotes');
        expectEqual(await equal({ ownerId: ['three', 'x'.repeat(1000)] }), ['c'], 'an owner');
        expectEqual(
          await equal({ ownerId: ['one', 'two'], appVersion: ['1.0'], uniqueDeviceCode: [longText] }),
          ['a'],
          'all together',
        );
        expectEqual(await equal({ appProduct: ['none'] }), [], 'nobody');
      },
    },
    {
      name: 'ranges of versions go by their order, and leave out what has no place in it',
      check: async () => {
        const texts = ['4.9', 'v4.10', '4.10.0-beta', '4.10.0+1', 'dev', '', '5', `4.11+${'é'.repeat(100)}`];
        const list = (name: string) =>
          texts.map((version, index) =>
            used(`r${index}`, `owner ${index}`, `2021-01-0${index + 1}T00:00:00Z`, '1', { [name]: version }),
          );
        for (const name of ['appVersion', systemVersion]) {
          const queries = await fleetOf(...list(name));
          expectEqual(
            await ids(queries, versions(name, '4.10', '5.0')),
            ['r7', 'r3', 'r1'],
            `${name} from 4.10 below 5.0`,
          );
          expectEqual(
            await ids(queries, versions(name, '4.10-alpha')),
            ['r7', 'r6', 'r3', 'r2', 'r1'],
            `${name} from 4.10-alpha`,
          );
          expectEqual(await ids(queries, versions(name, '6')), [], `${name} from 6`);
        }
      },
    },
    {
      name: 'ranges of instants hold their beginning and not their end',
      check: async () => {
        const queries = await fleetOf(
          used('a', 'one', '2021-01-01T00:00:00Z'),
          used('b', 'two', '2021-01-01T00:00:00.000001Z'),
          used('c', 'three', '2021-01-01T00:00:00.000002Z'),
        );
        const range = { from: instant('2021-01-01T00:00:00.000001Z'), before: instant('2021-01-01T00:00:00.000002Z') };
        expectEqual(await ids(queries, { since: range }), ['b'], 'since');
        expectEqual(await ids(queries, { lastSeen: range }), ['b'], 'last seen');
      },
    },
  ];
}
