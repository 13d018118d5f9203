import type { Random } from './random.ts';

/** What the service is told of one person, oldest first, as bodies of its API. */
export interface SamplePerson {
  readonly kind: 'patient' | 'clinician';
  readonly id: string;
  /** At least two: everybody has lived through an upgrade. */
  readonly installations: readonly [Body, Body, ...Body[]];
  /** Their `mobile_id` is the id of the first installation, which the service gives. */
  readonly meters: readonly Body[];
}

export type Body = Readonly<Record<string, string | number | boolean | null>>;

type List<T> = readonly [T, ...T[]];

/** Releases, oldest first, with the day from which people got them. Fixed days: the same data whenever they are made. */
const MOBILE_RELEASES: List<readonly [version: string, day: string]> = [
  ['3.8.0', '2026-01-12'],
  ['3.8.2', '2026-02-23'],
  ['3.9.0', '2026-04-20'],
  ['4.0.0', '2026-06-29'],
  ['4.0.1', '2026-07-13'],
  ['4.1.0', '2026-09-21'],
];
const DESKTOP_RELEASES: List<readonly [version: string, day: string]> = [
  ['2.4.0', '2026-01-26'],
  ['2.5.0', '2026-05-18'],
  ['2.5.1', '2026-06-08'],
  ['2.6.0', '2026-09-07'],
];

const PHONES: List<
  readonly [manufacturer: string, model: string, display: string, os: string, versions: List<string>]
> = [
  ['Apple', 'iPhone13,2', 'iPhone 12', 'iOS', ['17.6.1', '18.3', '18.6.2']],
  ['Apple', 'iPhone14,5', 'iPhone 13', 'iOS', ['17.7', '18.5', '26.0.1']],
  ['Apple', 'iPhone12,8', 'iPhone SE (2nd generation)', 'iOS', ['16.7.10', '17.6']],
  ['samsung', 'SM-G991B', 'Galaxy S21', 'Android', ['13', '14', '15']],
  ['samsung', 'SM-A528B', 'Galaxy A52s', 'Android', ['13', '14']],
  ['Google', 'Pixel 7a', 'Pixel 7a', 'Android', ['14', '15', '16']],
  ['HUAWEI', 'ELE-L29', 'P30', 'Android', ['10']],
];
const DESKTOPS: List<readonly [os: string, version: string]> = [
  ['Windows', '10.0.19045'],
  ['Windows', '10.0.22631'],
  ['macOS', '14.6.1'],
];
const OFFSETS: List<string> = ['Z', '+01:00', '+01:00', '+02:00', '-05:00'];
const DAY = 24 * 60 * 60 * 1000;

/** The people of one seed: mostly patients, each with a phone, some also with meters; and the clinicians who look after them. */
export function samplePeople(
  random: Random,
  { patients, clinicians }: { patients: number; clinicians: number },
): SamplePerson[] {
  return [
    ...Array.from({ length: patients }, (_, index) => patient(random.of(`patient ${index}`))),
    ...Array.from({ length: clinicians }, (_, index) => clinician(random.of(`clinician ${index}`))),
  ];
}

function patient(random: Random): SamplePerson {
  const first = random.pick('phone', PHONES);
  const second = random.number('new phone?') < 0.15 ? random.pick('new phone', PHONES) : first;
  const device = [random.uuid('device'), second === first ? random.uuid('device') : random.uuid('new device')] as const;
  const offset = random.pick('offset', OFFSETS);
  const launches = upgrades(random, MOBILE_RELEASES);
  const installations = launches.map(([version, day], index): Body => {
    const later = index >= launches.length / 2;
    const [manufacturer, model, display, os, versions] = later ? second : first;
    return {
      unique_device_code: later ? device[1] : device[0],
      date_first_launched: momentOn(random.of(index), day, offset),
      app_product: 'GDM',
      app_version: version,
      phone_os: os,
      phone_os_version: (later ? versions.at(-1) : versions[0]) ?? versions[0],
      manufacturer,
      model,
      display_name: display,
    };
  });
  const meters = random.whole('meters', 0, 9) < 7 ? random.whole('how many meters', 1, 2) : 0;
  return {
    kind: 'patient',
    id: random.uuid('id'),
    installations: atLeastTwo(installations),
    meters: Array.from({ length: meters }, (_, index) => meter(random.of(`meter ${index}`), launches)),
  };
}

/** Of ten verification readings, eight agree with what the patient saw, one does not, and one was never confirmed. */
function meter(random: Random, launches: readonly (readonly [version: string, day: string])[]): Body {
  const [version, day] = launches[0] ?? MOBILE_RELEASES[0];
  const outcome = random.number('outcome');
  const reading = Math.round((3.6 + random.number('value') ** 2 * 9) * 10) / 10;
  return {
    serial_number: String(random.whole('serial', 10_000_000, 99_999_999)),
    date_verified: momentOn(random, day, 'Z'),
    is_bg_value_correct: outcome < 0.1 ? null : outcome >= 0.2,
    blood_glucose_value: outcome < 0.1 ? null : reading,
    app_product: 'GDM',
    app_version: version,
  };
}

function clinician(random: Random): SamplePerson {
  const [os, version] = random.pick('desktop', DESKTOPS);
  const device = random.uuid('device');
  const installations = upgrades(random, DESKTOP_RELEASES).map(
    ([appVersion, day], index): Body => ({
      unique_device_code: device,
      date_first_used: momentOn(random.of(index), day, 'Z'),
      app_product: 'GDM',
      app_version: appVersion,
      desktop_os: os,
      desktop_os_version: version,
      // RFC 5737: addresses for examples, which belong to nobody.
      ip_address: `192.0.2.${random.whole(`address ${index}`, 1, 254)}`,
    }),
  );
  return { kind: 'clinician', id: random.uuid('id'), installations: atLeastTwo(installations), meters: [] };
}

/** The releases that a person got: from the one they joined with, now and then passing one over. */
function upgrades(random: Random, releases: List<readonly [string, string]>): (readonly [string, string])[] {
  const joined = random.whole('joined', 0, releases.length - 2);
  const last = releases.length - 1;
  return releases.filter(
    (_, index) => index === joined || index === last || (index > joined && random.number(`got ${index}`) < 0.7),
  );
}

/** Within twelve days of a day (releases are further apart), at an hour when people are awake, written with that offset. */
function momentOn(random: Random, day: string, offset: string): string {
  const [hours = 0] = offset === 'Z' ? [] : [Number(offset.slice(0, 3))];
  const local = Date.parse(day) + random.whole('days', 0, 12) * DAY + (7 + random.number('hour') * 15) * (DAY / 24);
  return `${new Date(local - (local % 1)).toISOString().slice(0, -1)}${hours === 0 ? 'Z' : offset}`;
}

function atLeastTwo(list: readonly Body[]): [Body, Body, ...Body[]] {
  const [first, second, ...rest] = list;
  if (first === undefined || second === undefined) throw new Error('every person has two installations or more');
  return [first, second, ...rest];
}
