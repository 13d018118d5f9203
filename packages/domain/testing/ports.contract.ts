import { type Clock, compareInstants, type DatabaseProbe, type IdGenerator } from '../src/index.js';
import { type ContractCase, expectEqual } from './contract-case.js';

/** What a clock promises. */
export function clockContract(clock: Clock): ContractCase[] {
  return [
    {
      name: 'it returns instants of whole microseconds',
      check: async () => {
        const { epochSeconds, microsecond } = clock.now();
        expectEqual(Number.isSafeInteger(epochSeconds), true, 'whole seconds');
        expectEqual(Number.isInteger(microsecond) && microsecond >= 0 && microsecond <= 999_999, true, 'microseconds');
      },
    },
    {
      name: 'it does not run backwards from one call to the next',
      check: async () => {
        const first = clock.now();
        expectEqual(compareInstants(first, clock.now()) <= 0, true, 'the order of two calls');
      },
    },
  ];
}

/** What a generator of ids promises. */
export function idGeneratorContract(ids: IdGenerator): ContractCase[] {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  return [
    {
      name: 'its ids are version 4 UUIDs in lower case, never the same twice',
      check: async () => {
        const made = Array.from({ length: 1000 }, () => ids.next());
        expectEqual(
          made.filter((id) => !uuid.test(id)),
          [],
          'ids of another form',
        );
        expectEqual(new Set(made).size, made.length, 'how many differ');
      },
    },
  ];
}

/**
 * What the probe of a healthy store promises.
 *
 * @param newProbe returns a probe of such a store
 */
export function healthyDatabaseProbeContract(newProbe: () => Promise<DatabaseProbe>): ContractCase[] {
  return [
    {
      name: 'a store that can serve passes both checks',
      check: async () => {
        const results = await (await newProbe()).check();
        const passed = results.map(({ checker, passed }) => [checker, passed]);
        expectEqual(
          passed,
          [
            ['database_connectivity_test', true],
            ['database_version_test', true],
          ],
          'checks',
        );
      },
    },
  ];
}
