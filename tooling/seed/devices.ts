type List<T> = readonly [T, ...T[]];

export interface Phone {
  readonly manufacturer: string;
  readonly model: string;
  readonly display: string;
  readonly os: string;
  /** Of the system, oldest first. */
  readonly versions: List<string>;
  /** How many of twenty people have one. */
  readonly share: number;
  /** The last release of the app that its system can run; absent: the newest. */
  readonly lastRelease?: string;
}

export const PHONES: List<Phone> = [
  phone(4, 'Apple', 'iPhone14,5', 'iPhone 13', 'iOS', ['17.7', '18.5', '26.0.1']),
  phone(3, 'Apple', 'iPhone13,2', 'iPhone 12', 'iOS', ['17.6.1', '18.3', '18.6.2']),
  phone(2, 'Apple', 'iPhone12,8', 'iPhone SE (2nd generation)', 'iOS', ['16.7.10', '17.6']),
  phone(3, 'samsung', 'SM-G991B', 'Galaxy S21', 'Android', ['13', '14', '15']),
  phone(5, 'samsung', 'SM-A528B', 'Galaxy A52s', 'Android', ['13', '14']),
  phone(2, 'Google', 'Pixel 7a', 'Pixel 7a', 'Android', ['14', '15', '16']),
  { ...phone(1, 'HUAWEI', 'ELE-L29', 'P30', 'Android', ['10']), lastRelease: '4.0.0' },
];

/** Its meters report badly: half of their readings are not what the patient saw. On other phones it is one in twenty-five. */
export const TROUBLED_MODEL = 'SM-A528B';

export const DESKTOPS: List<readonly [os: string, version: string]> = [
  ['Windows', '10.0.19045'],
  ['Windows', '10.0.22631'],
  ['macOS', '14.6.1'],
];

export interface Release {
  readonly version: string;
  /** Days before the last day of the story on which the first people got it. */
  readonly daysAgo: number;
}

/** Days over which the newest release rolls out. */
export const ROLL_OUT = 90;

export const MOBILE_RELEASES: List<Release> = [
  { version: '3.8.0', daysAgo: 400 },
  { version: '3.9.0', daysAgo: 320 },
  { version: '4.0.0', daysAgo: 240 },
  { version: '4.1.0', daysAgo: 160 },
  { version: '4.2.0', daysAgo: ROLL_OUT },
];
export const DESKTOP_RELEASES: List<Release> = [
  { version: '2.4.0', daysAgo: 380 },
  { version: '2.5.0', daysAgo: 260 },
  { version: '2.6.0', daysAgo: ROLL_OUT },
];

function phone(
  share: number,
  manufacturer: string,
  model: string,
  display: string,
  os: string,
  versions: List<string>,
): Phone {
  return { share, manufacturer, model, display, os, versions };
}
