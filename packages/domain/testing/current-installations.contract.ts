import {
  currentInstallations,
  type Device,
  historyOf,
  type Installation,
  type InstallationFields,
  type InstallationQueries,
  type InstallationRepository,
} from '../src/index.js';
import { longText } from './awkward-texts.js';
import { actor, dateTime, instant, ownerId, recordId, text } from './builders.js';
import { type ContractCase, expectEqual } from './contract-case.js';

export interface InstallationPorts<D extends Device> {
  readonly repository: InstallationRepository<D>;
  readonly queries: InstallationQueries<D>;
}

type Build<D extends Device> = (overrides?: Partial<Installation<D>>) => Installation<D>;

const me = ownerId('me');
const CREATED = '2021-06-01T00:00:00Z';
const FAR_FUTURE = '2999-01-01T00:00:00Z';

/** An installation in short. */
interface Sketch {
  readonly product?: string;
  readonly version?: string;
  readonly date?: string;
  readonly created?: string;
}

/**
 * What `findCurrent` promises, for every kind of device: what the rule of `currentInstallations` says of all the states of
 * all the owner's installations.
 */
export function currentInstallationsCases<D extends Device>(
  build: Build<D>,
  newPorts: () => Promise<InstallationPorts<D>>,
): ContractCase[] {
  /** Adds installations, changes them, and compares. */
  const compared = (name: string, sketches: readonly Sketch[], changes: readonly Change[] = []) => ({
    name: `what an owner runs now: ${name}`,
    check: async () => {
      const ports = await newPorts();
      await ports.repository.add(build({ id: recordId('others'), ownerId: ownerId('others') }));
      const states = new Map<number, [Installation<D>, ...Installation<D>[]]>();
      for (const [index, sketch] of sketches.entries()) {
        const record = drawn(build, index, sketch);
        await ports.repository.add(record);
        states.set(index, [record]);
      }
      for (const [index, sketch, at] of changes) {
        const known = states.get(index);
        const outcome = await ports.repository.update(
          { ownerId: me, id: idOf(index) },
          { fields: fieldsOf<D>(sketch), at: instant(at), by: actor('someone') },
        );
        if (known !== undefined && outcome.outcome === 'updated') known.push(outcome.record);
      }
      const { current, omitted, asOf } = await ports.queries.findCurrent(me);
      const histories = [...states.values()].map(historyOf);
      const expected = currentInstallations(histories, asOf).map(({ history, since, versionSince }) => ({
        installation: [...states.values()].map((each) => each.at(-1)).find((record) => record?.id === history.id),
        since,
        versionSince,
      }));
      expectEqual(current, expected, 'what the owner runs');
      expectEqual(omitted, 0, 'how many are left out');
    },
  });

  return [
    compared('nothing', []),
    compared('one of each product, newest first, then by product', [
      { product: 'b', date: '2021-01-01T00:00:00Z' },
      { product: 'a', date: '2021-01-02T00:00:00Z' },
      { product: 'B', date: '2021-01-01T00:00:00Z' },
      { product: '', date: '2021-01-01T00:00:00Z' },
      { product: 'é', date: '2021-01-01T00:00:00Z' },
      { product: 'a', date: '2021-01-01T00:00:00Z' },
      { product: longText, date: '2021-01-01T00:00:00Z' },
      { product: `${longText}x`, date: '2021-01-01T00:00:00Z' },
    ]),
    compared('the last by date, then by version, by creation and by id', [
      { version: '10' },
      { version: '9' },
      { version: '9', created: '2021-06-01T00:00:00.000001Z' },
      { version: '9', created: '2021-06-01T00:00:00.000001Z' },
      { version: '\u{10000}', date: '2020-01-01T00:00:00Z' },
    ]),
    compared('versions by bytes', [{ version: '\u{10000}' }, { version: '\uffff' }, { version: `${longText}b` }]),
    compared('a date that cannot be counts from its creation', [
      { product: 'ahead', date: '2021-06-01T00:00:00.000001Z' },
      { product: 'far ahead', date: '9999-12-31T23:59:59.999999Z' },
      { product: 'before 2015', date: '2014-12-31T23:59:59.999999Z', created: '2021-05-01T00:00:00Z' },
      { product: 'in 2015', date: '2015-01-01T00:00:00Z' },
      { product: 'in 2015', date: '0001-01-01T00:00:00Z', created: '2014-01-01T00:00:00Z' },
      { product: 'in its own zone', date: '2021-06-01T01:00:00+01:00' },
    ]),
    compared('nothing of the future', [
      { product: 'a', date: FAR_FUTURE, created: FAR_FUTURE },
      { product: 'b', date: FAR_FUTURE, created: FAR_FUTURE },
      { product: 'b', date: '2021-01-01T00:00:00Z' },
    ]),
    compared(
      'a version since it was first run without a break',
      [
        { product: 'a', version: '1' },
        { product: 'b', version: '1' },
        { product: 'c', version: '1' },
        { product: 'd', version: '1' },
      ],
      [
        [0, { version: '2' }, '2021-07-01T00:00:00Z'],
        [0, { date: '2021-01-05T00:00:00Z' }, '2021-07-02T00:00:00.5Z'],
        [1, { version: '2' }, '2021-07-01T00:00:00Z'],
        [1, { version: '1' }, '2021-07-02T00:00:00.000001Z'],
        [2, { date: '2021-01-05T00:00:00Z' }, '2021-07-01T00:00:00Z'],
        // Clocks may go backwards.
        [3, { version: '2' }, '2021-07-03T00:00:00Z'],
        [3, { version: '3' }, '2021-07-02T00:00:00Z'],
        [3, { product: 'd2' }, '2021-07-01T00:00:00Z'],
      ],
    ),
    compared('what changes make of it', manySketches(), manyChanges()),
  ];
}

type Change = readonly [index: number, to: Sketch, at: string];

function drawn<D extends Device>(build: Build<D>, index: number, sketch: Sketch): Installation<D> {
  const { date = '2021-01-01T00:00:00Z', created = CREATED, product = 'GDM', version = '1' } = sketch;
  const { device, audit } = build();
  return build({
    id: idOf(index),
    ownerId: me,
    firstUsed: dateTime(date),
    device: { ...device, appProduct: text(product), appVersion: text(version) },
    audit: { ...audit, created: instant(created), modified: instant(created) },
  });
}

function fieldsOf<D extends Device>({ product, version, date }: Sketch): InstallationFields<D> {
  const device = {
    ...(product !== undefined && { appProduct: text(product) }),
    ...(version !== undefined && { appVersion: text(version) }),
  };
  // Only fields that every device has.
  const fields = { device, ...(date !== undefined && { firstUsed: dateTime(date) }) };
  return fields as InstallationFields<D>;
}

const idOf = (index: number) => recordId(`installation ${index}`);

const pick = (values: readonly string[], seed: number): string => values[seed % values.length] ?? '';
const PRODUCTS = ['GDM', 'SEND', 'gdm', '', 'a', 'b', 'c', 'é'];
const VERSIONS = ['1', '2', '10', '1.0'];
const DATES = ['2014-06-01T00:00:00Z', '2021-01-01T00:00:00Z', '2021-05-31T23:59:59.999999Z', FAR_FUTURE];

function manySketches(): Sketch[] {
  return Array.from({ length: 40 }, (_, n) => ({
    product: pick(PRODUCTS, n * 7),
    version: pick(VERSIONS, n * 5 + (n >> 2)),
    date: pick(DATES, n * 3 + (n >> 3)),
    created: pick([CREATED, '2021-04-01T00:00:00Z', '2021-06-01T00:00:00.000001Z'], n >> 1),
  }));
}

function manyChanges(): Change[] {
  return Array.from({ length: 240 }, (_, n) => {
    const at = `2021-08-${String(1 + ((n * 13) % 28)).padStart(2, '0')}T00:00:00.${String(n).padStart(6, '0')}Z`;
    const to = [
      { version: pick(VERSIONS, (n >> 2) + 1) },
      { product: pick(PRODUCTS, n * 5) },
      { date: pick(DATES, n) },
    ];
    return [(n * 17) % 40, to[n % 3] ?? {}, at];
  });
}
