import type {
  BloodGlucoseMeter,
  BloodGlucoseMeterFields,
  BloodGlucoseMeterRef,
  BloodGlucoseMeterRepository,
} from '../src/index.js';
import { awkwardTexts, longText } from './awkward-texts.js';
import { aBloodGlucoseMeter, actor, glucose, instant, meterOwnerId, mobileId, recordId, text } from './builders.js';
import type { ContractCase } from './contract-case.js';
import { recordRepositoryContract } from './records/record-repository.contract.js';
import { type FieldChange, merged, type RecordSubject } from './records/record-subject.js';

type MeterChange = FieldChange<BloodGlucoseMeter, BloodGlucoseMeterFields>;

/**
 * What a repository of blood glucose meters promises.
 *
 * @param newRepository returns an empty repository
 */
export function bloodGlucoseMeterRepositoryContract(
  newRepository: () => Promise<BloodGlucoseMeterRepository>,
): ContractCase[] {
  return recordRepositoryContract(async () => bloodGlucoseMeterSubject(await newRepository()));
}

/** What the contracts of records need to know of blood glucose meters. */
export function bloodGlucoseMeterSubject(
  repository: BloodGlucoseMeterRepository,
): RecordSubject<BloodGlucoseMeter, BloodGlucoseMeterRef, BloodGlucoseMeterFields> {
  return {
    repository,
    refOf: ({ patientId, id }) => ({ ownerId: patientId, id }),
    build: (id, owner, audit) =>
      aBloodGlucoseMeter({
        id,
        patientId: meterOwnerId(`patient ${owner}`),
        ...(audit === undefined ? {} : { audit }),
      }),
    extremes,
    changes: [change(first), change(second), ...others.map(change)],
    everyField: merged(fieldByField),
    noField: {},
  };
}

/** One new value for every field that may change. */
const fieldByField: readonly [BloodGlucoseMeterFields, BloodGlucoseMeterFields, ...BloodGlucoseMeterFields[]] = [
  { mobileId: mobileId('another phone') },
  { serialNumber: text('SN-0043') },
  { dateVerified: instant('2022-03-04T08:00:00.654322Z') },
  { isBgValueCorrect: null },
  { bloodGlucoseValue: null },
  { appProduct: text('') },
  { appVersion: text('9.9') },
];
const [first, second, ...others] = fieldByField;

function change(fields: BloodGlucoseMeterFields): MeterChange {
  return { fields, applied: (meter) => ({ ...meter, ...fields }) };
}

const meters: Partial<BloodGlucoseMeter>[] = [
  ...['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z'].map((date) => ({
    dateVerified: instant(date),
  })),
  ...[0, -5.5, 0.1 + 0.2, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 53 + 2].map((value) => ({
    bloodGlucoseValue: glucose(value),
  })),
  { isBgValueCorrect: false, bloodGlucoseValue: null },
  { isBgValueCorrect: null },
  ...awkwardTexts.map((value) => ({
    serialNumber: value,
    appProduct: value,
    appVersion: value,
    mobileId: mobileId(value.slice(0, 10)),
    patientId: meterOwnerId(`${value}!`),
    audit: { ...aBloodGlucoseMeter().audit, createdBy: actor(value), modifiedBy: actor(value) },
  })),
  { mobileId: mobileId('💉'.repeat(36)), patientId: meterOwnerId(longText) },
];

const extremes = meters.map((overrides, index) =>
  aBloodGlucoseMeter({ id: recordId(`extreme ${index}`), ...overrides }),
);
