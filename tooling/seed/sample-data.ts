import {
  DESKTOP_RELEASES,
  DESKTOPS,
  MOBILE_RELEASES,
  PHONES,
  type Phone,
  type Release,
  ROLL_OUT,
  TROUBLED_MODEL,
} from './devices.ts';
import type { Random } from './random.ts';

/** What the service is sent about one person, oldest first, as bodies of its API. */
export interface SamplePerson {
  readonly kind: 'patient' | 'clinician';
  readonly id: string;
  /** At least two: everyone has lived through an update. Each new version is a new installation. */
  readonly installations: readonly [Body, Body, ...Body[]];
  /** A PATCH of the first installation, where what was sent of it was wrong. */
  readonly correction?: Body;
  readonly meters: readonly SampleMeter[];
}

export interface SampleMeter {
  /** Without `mobile_id`: that is the id of the first installation, which the service assigns. */
  readonly body: Body;
  /** A PATCH: what the patient said of the reading later. */
  readonly outcome?: Body;
}

export type Body = Readonly<Record<string, string | number | boolean | null>>;

interface Launch {
  readonly version: string;
  /** The day, as milliseconds since the epoch. */
  readonly day: number;
}

const OFFSETS: readonly [string, ...string[]] = ['Z', '+01:00', '+01:00', '+02:00', '-05:00'];
const DAY = 24 * 60 * 60 * 1000;

export interface Story {
  readonly patients: number;
  readonly clinicians: number;
  /** Its last day in UTC, as `2026-01-31`: everything has happened by its end. */
  readonly until: string;
}

/**
 * The people of one seed: mostly patients, each with a phone, some also with meters; and the clinicians who look after them.
 *
 * The newest release has been rolling out for 90 days; some people are still on an older one, some phones can run no
 * newer one. In every group of ten patients one has the phone that another gave away. Meters disagree on one model.
 */
export function samplePeople(random: Random, { patients, clinicians, until }: Story): SamplePerson[] {
  const end = Date.parse(until);
  return [
    ...Array.from({ length: patients }, (_, index) => {
      const giver = index % 10 === 1 ? random.of(`patient ${index - 1}`) : undefined;
      return patient(random.of(`patient ${index}`), end, index % 10 === 0, giver);
    }),
    ...Array.from({ length: clinicians }, (_, index) => clinician(random.of(`clinician ${index}`), end)),
  ];
}

/**
 * @param gives whether this patient gets a new phone with the first update, and gives the old one away
 * @param giver who had this patient's phone before, and has given it away before this one's first launch
 */
function patient(random: Random, end: number, gives: boolean, giver?: Random): SamplePerson {
  const owner = giver ?? random;
  const first = phoneOf(owner, gives || giver !== undefined);
  const device = owner.uuid('device');
  const releases = giver === undefined ? MOBILE_RELEASES : MOBILE_RELEASES.slice(2);
  const launches = updates(random, releases, end, { last: first.lastRelease, early: gives });
  const offset = random.pick('offset', OFFSETS);
  const installations = launches.map(({ version, day }, index): Body => {
    const replaced = gives && index > 0;
    const { manufacturer, model, display, os, versions } = replaced ? PHONES[0] : first;
    return {
      unique_device_code: replaced ? random.uuid('new device') : device,
      date_first_launched: momentOn(random.of(index), day, offset),
      app_product: 'GDM',
      app_version: version,
      phone_os: os,
      phone_os_version: (index === 0 ? versions[0] : versions.at(-1)) ?? versions[0],
      manufacturer,
      model,
      display_name: display,
    };
  });
  const meters = random.whole('meters', 0, 9) < 8 ? random.whole('how many meters', 1, 2) : 0;
  const [launch = { version: '', day: end }] = launches;
  const corrected = random.number('corrected?') < 0.15;
  return {
    kind: 'patient',
    id: random.uuid('id'),
    installations: atLeastTwo(installations),
    ...(corrected && {
      correction: { display_name: `${first.display} of ${random.pick('name', ['Ana', 'Zoë', 'Mei'])}` },
    }),
    meters: Array.from({ length: meters }, (_, index) => meter(random.of(`meter ${index}`), launch, first.model)),
  };
}

/** Each model as often as its share says; where it changes hands, one that can run every release. */
function phoneOf(random: Random, changesHands: boolean): Phone {
  const models = PHONES.filter(({ lastRelease }) => !changesHands || lastRelease === undefined);
  const [first, ...others] = models.flatMap((phone) => Array.from({ length: phone.share }, () => phone));
  return random.pick('phone', [first ?? PHONES[0], ...others]);
}

/** One reading of eight was never confirmed, and one of eight only later. */
function meter(random: Random, { version, day }: Launch, model: string): SampleMeter {
  const agrees = random.number('agrees') >= (model === TROUBLED_MODEL ? 0.5 : 0.04);
  const told = random.number('told');
  const body = {
    serial_number: String(random.whole('serial', 10_000_000, 99_999_999)),
    date_verified: momentOn(random, day + DAY, 'Z'),
    blood_glucose_value: Math.round((3.6 + random.number('value') ** 2 * 9) * 10) / 10,
    app_product: 'GDM',
    app_version: version,
  };
  if (told < 0.125) return { body: { ...body, is_bg_value_correct: null } };
  if (told < 0.25) return { body: { ...body, is_bg_value_correct: null }, outcome: { is_bg_value_correct: agrees } };
  return { body: { ...body, is_bg_value_correct: agrees } };
}

function clinician(random: Random, end: number): SamplePerson {
  const [os, version] = random.pick('desktop', DESKTOPS);
  const device = random.uuid('device');
  const installations = updates(random, DESKTOP_RELEASES, end).map(
    ({ version: appVersion, day }, index): Body => ({
      unique_device_code: device,
      date_first_used: momentOn(random.of(index), day, 'Z'),
      app_product: 'GDM',
      app_version: appVersion,
      desktop_os: os,
      desktop_os_version: version,
      // RFC 5737: addresses for examples, which belong to no one.
      ip_address: `192.0.2.${random.whole(`address ${index}`, 1, 254)}`,
    }),
  );
  return { kind: 'clinician', id: random.uuid('id'), installations: atLeastTwo(installations), meters: [] };
}

/**
 * The releases that a person got, and when: from the one they joined with, now and then passing one over. Four of five
 * have the newest one, each from a day of its roll-out on.
 *
 * @param options `last`: the newest that their device can run; `early`: they got the first two
 */
function updates(
  random: Random,
  releases: readonly Release[],
  end: number,
  { last, early = false }: { last?: string | undefined; early?: boolean } = {},
): Launch[] {
  const newest = last === undefined ? releases.length - 1 : releases.findIndex(({ version }) => version === last);
  const reached = last === undefined && random.number('still on an older one?') < 0.2 ? newest - 1 : newest;
  const joined = early ? 0 : random.whole('joined', 0, reached - 1);
  return releases.flatMap(({ version, daysAgo }, index) => {
    const got = index === joined || index === reached || (early && index === 1) || random.number(`got ${index}`) < 0.7;
    if (!got || index < joined || index > reached) return [];
    // The newest goes to few people at first; the others reached everyone within twelve days.
    const waited =
      index === releases.length - 1
        ? Math.ceil(random.number('rollout') ** 0.8 * (ROLL_OUT - 1))
        : random.whole(`days ${index}`, 0, 12);
    return [{ version, day: end - (daysAgo - waited) * DAY }];
  });
}

/** On a day, at an hour when people are awake in Europe, written with an offset. */
function momentOn(random: Random, day: number, offset: string): string {
  const minutes = offset === 'Z' ? 0 : Number(offset.slice(0, 3)) * 60;
  const instant = day + Math.floor((6 + random.number('hour') * 12) * (DAY / 24));
  const local = new Date(instant + minutes * 60_000).toISOString().slice(0, -1);
  return `${local}${offset}`;
}

function atLeastTwo(list: readonly Body[]): [Body, Body, ...Body[]] {
  const [first, second, ...rest] = list;
  if (first === undefined || second === undefined) throw new Error('every person has two installations or more');
  return [first, second, ...rest];
}
