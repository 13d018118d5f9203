import {
  type Access,
  type Actor,
  type BloodGlucoseMeter,
  type BloodGlucoseValue,
  type DesktopDevice,
  type Device,
  type Fault,
  type Installation,
  type InstallationOwnerId,
  type Instant,
  isFault,
  type MeterOwnerId,
  type MobileDevice,
  type MobileId,
  type OffsetDateTime,
  type PersonId,
  parseActor,
  parseBloodGlucoseValue,
  parseInstallationOwnerId,
  parseInstant,
  parseMeterOwnerId,
  parseMobileId,
  parseOffsetDateTime,
  parseRecordId,
  parseText,
  type RecordId,
  type Text,
} from '../src/index.js';

/**
 * Returns what a parser returned, for values that a test knows to be valid.
 *
 * @throws Error with the fault's rule if the value is not valid
 */
export function valid<Value>(parsed: Value | Fault): Value {
  if (isFault(parsed)) throw new Error(`not a valid value: it ${parsed.rule}`);
  return parsed as Value;
}

/** The text, parsed; throws when it is not valid. */
export const text = (raw: string): Text => valid(parseText(raw));
/** The record id, parsed; throws when it is not valid. */
export const recordId = (raw: string): RecordId => valid(parseRecordId(raw));
/** The installation's owner, parsed; throws when it is not valid. */
export const ownerId = (raw: string): InstallationOwnerId => valid(parseInstallationOwnerId(raw));
/** The meter's owner, parsed; throws when it is not valid. */
export const meterOwnerId = (raw: string): MeterOwnerId => valid(parseMeterOwnerId(raw));
/** The phone's id, parsed; throws when it is not valid. */
export const mobileId = (raw: string): MobileId => valid(parseMobileId(raw));
/** The actor, parsed; throws when it is not valid. */
export const actor = (raw: string): Actor => valid(parseActor(raw));
/** The instant of an RFC 3339 date-time, UTC without a zone; throws when it is not valid. */
export const instant = (raw: string): Instant => valid(parseInstant(raw));
/** The RFC 3339 date-time, with its offset; throws when it is not valid. */
export const dateTime = (raw: string): OffsetDateTime => valid(parseOffsetDateTime(raw));
/** The blood glucose value, parsed; throws when it is not valid. */
export const glucose = (raw: number): BloodGlucoseValue => valid(parseBloodGlucoseValue(raw));

const audit = {
  created: instant('2022-03-04T08:00:00.123456Z'),
  createdBy: actor('patient-1'),
  modified: instant('2022-03-04T08:00:00.123456Z'),
  modifiedBy: actor('patient-1'),
};

/** A patient's phone installation; any field may be overridden. */
export function aMobileInstallation(overrides: Partial<Installation<MobileDevice>> = {}): Installation<MobileDevice> {
  return {
    id: recordId('8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c01'),
    ownerId: ownerId('patient-1'),
    firstUsed: dateTime('2022-03-04T09:00:00.654321+01:00'),
    device: {
      uniqueDeviceCode: text('a1b2c3'),
      appProduct: text('GDM'),
      appVersion: text('1.2.3'),
      phoneOs: text('Android'),
      phoneOsVersion: text('12'),
      manufacturer: text('Fairphone'),
      model: text('FP4'),
      displayName: text("Ana's phone"),
    },
    audit,
    ...overrides,
  };
}

/** A clinician's desktop installation; any field may be overridden. */
export function aDesktopInstallation(
  overrides: Partial<Installation<DesktopDevice>> = {},
): Installation<DesktopDevice> {
  return {
    id: recordId('8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c02'),
    ownerId: ownerId('clinician-1'),
    firstUsed: dateTime('2022-03-04T09:00:00.654321-05:30'),
    device: {
      uniqueDeviceCode: text('d4e5f6'),
      appProduct: text('GDM'),
      appVersion: text('4.5.6'),
      desktopOs: text('Windows'),
      desktopOsVersion: text('11'),
      ipAddress: text('192.0.2.7'),
    },
    audit,
    ...overrides,
  };
}

/** A patient's blood glucose meter; any field may be overridden. */
export function aBloodGlucoseMeter(overrides: Partial<BloodGlucoseMeter> = {}): BloodGlucoseMeter {
  return {
    id: recordId('8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c03'),
    patientId: meterOwnerId('patient-1'),
    mobileId: mobileId('8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c01'),
    serialNumber: text('SN-0042'),
    dateVerified: instant('2022-03-04T08:00:00.654321Z'),
    isBgValueCorrect: true,
    bloodGlucoseValue: glucose(5.6),
    appProduct: text('GDM'),
    appVersion: text('1.2.3'),
    audit,
    ...overrides,
  };
}

/** When and by whom an installation was first used, and when its record was created: at its first use if not specified. */
export interface FirstUse {
  readonly id: string;
  readonly owner: string;
  /** An RFC 3339 date-time, as are `created` and `modified`. */
  readonly at: string;
  readonly created?: string;
  readonly modified?: string;
  /** Texts of the device; the others are the builder's. */
  readonly texts?: Readonly<Partial<Record<string, string>>>;
}

/** An installation whose owner registered it. */
export function usedInstallation<D extends Device>(
  build: () => Installation<D>,
  { id, owner, at, created = at, modified = created, texts = {} }: FirstUse,
): Installation<D> {
  const by = actor(owner);
  const device = Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, text(value ?? '')]));
  return {
    id: recordId(id),
    ownerId: ownerId(owner),
    firstUsed: dateTime(at),
    device: { ...build().device, ...device },
    audit: { created: instant(created), createdBy: by, modified: instant(modified), modifiedBy: by },
  };
}

/** An access that concerns no one in particular; any field may be overridden. */
export function anAccess(overrides: Partial<Access> = {}): Access {
  return {
    at: instant('2022-03-04T08:00:00Z'),
    actor: actor('somebody'),
    operation: 'GET /a',
    personId: undefined,
    query: undefined,
    status: 200,
    requestId: 'r',
    ...overrides,
  };
}

/** A new person each time, whose id is as long as an installation's owner may have (36 characters), plus `more`. */
export function aPerson(more = ''): PersonId {
  return meterOwnerId(`né \\$' ${Math.random()}`.slice(0, 36) + more);
}
