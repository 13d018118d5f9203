import type { Store } from '../../src/index.js';
import { bloodGlucoseMeterSubject } from '../blood-glucose-meter-repository.contract.js';
import { type ContractCase, expectEqual } from '../contract-case.js';
import { desktopInstallationSubject, mobileInstallationSubject } from '../installation-repository.contract.js';
import { idOf, later, type StoredRecord } from '../records/record-subject.js';
import { keptStateCases } from './kept-states.contract.js';
import { revisionPageCases } from './revision-pages.contract.js';
import { ALL, type RevisionSubject, statesOf } from './revision-subject.js';

/**
 * What the queries for revisions promise, together with the repositories of the same store, for every kind of record.
 *
 * @param newStore returns an empty store
 */
export function revisionQueriesContract(newStore: () => Promise<Store>): ContractCase[] {
  return [
    ...casesOf('phone installations', async () => {
      const { patientInstallations, queries } = await newStore();
      const revisions = queries.revisions.patientInstallations;
      return { ...mobileInstallationSubject(patientInstallations), revisions };
    }),
    ...casesOf('desktop installations', async () => {
      const { clinicianInstallations, queries } = await newStore();
      const revisions = queries.revisions.clinicianInstallations;
      return { ...desktopInstallationSubject(clinicianInstallations), revisions };
    }),
    ...casesOf('meters', async () => {
      const { meters, queries } = await newStore();
      return { ...bloodGlucoseMeterSubject(meters), revisions: queries.revisions.meters };
    }),
    {
      name: 'after erasing, a record of the same id has no earlier states',
      check: async () => {
        const store = await newStore();
        const { repository, build, refOf, changes } = mobileInstallationSubject(store.patientInstallations);
        const record = build(idOf(1), 'one');
        await repository.add(record);
        await repository.update(refOf(record), { fields: changes[0].fields, ...later });
        await store.eraser.eraseAll();
        expectEqual(
          await store.queries.revisions.patientInstallations.listRevisions(refOf(record), ALL),
          undefined,
          'after erasing',
        );
        await repository.add(record);
        expectEqual(
          await statesOf(store.queries.revisions.patientInstallations, refOf(record)),
          [record],
          'added once more',
        );
      },
    },
  ];
}

function casesOf<Entity extends StoredRecord, Owner, Fields>(
  kind: string,
  newSubject: () => Promise<RevisionSubject<Entity, Owner, Fields>>,
): ContractCase[] {
  const cases = [...keptStateCases<Entity, Owner, Fields>(), ...revisionPageCases<Entity, Owner, Fields>()];
  return cases.map(({ name, check }) => ({
    name: `of ${kind}, ${name}`,
    check: async () => check(await newSubject()),
  }));
}
