import { describe, expect, it } from 'vitest';
import {
  bloodGlucoseMeterQueriesContract,
  exportsContract,
  inMemoryStore,
  meterQueriesContract,
  mobileInstallationQueriesContract,
  mobileInstallationRepositoryContract,
  patientFleetContract,
  patientReportsContract,
  productsContract,
  revisionQueriesContract,
} from '../testing/index.js';
import { wrongAdds } from './broken/broken-adds.js';
import { wrongCurrents } from './broken/broken-current.js';
import { wrongExports } from './broken/broken-exports.js';
import { wrongFleets } from './broken/broken-fleet.js';
import { wrongLatests } from './broken/broken-latest.js';
import { wrongLists } from './broken/broken-lists.js';
import { wrongMeterQueries } from './broken/broken-meter-queries.js';
import { wrongReports } from './broken/broken-reports.js';
import { brokenPromises, violated } from './broken/broken-repository.js';
import { wrongRetries } from './broken/broken-retries.js';
import { wrongRevisions } from './broken/broken-revisions.js';
import { otherMistakes } from './broken/broken-stores.js';
import { wrongUpdates } from './broken/broken-updates.js';

const mistakes = [...wrongAdds, ...wrongLatests, ...wrongUpdates, ...wrongRetries];

describe('a repository of installations is refused by its contract when it', () => {
  it.each(mistakes)('$mistake', async (mistake) => {
    expect(await brokenPromises(mistake)).toContain(mistake.noticedBy);
  });
});

it('every promise of that contract is broken by some mistake, so no promise is idle', () => {
  const promises = mobileInstallationRepositoryContract(async () => inMemoryStore().patientInstallations);
  const noticed = new Set(mistakes.map(({ noticedBy }) => noticedBy));
  expect(promises.map(({ name }) => name).filter((name) => !noticed.has(name))).toEqual([]);
});

it('so is every promise of a list, and of what runs now', () => {
  const promises = mobileInstallationQueriesContract(async () => inMemoryStore()).concat(
    bloodGlucoseMeterQueriesContract(async () => inMemoryStore()),
  );
  const noticed = new Set([...wrongLists, ...wrongCurrents].map(({ noticedBy }) => noticedBy));
  const idle = promises.filter(
    ({ name }) =>
      !noticed.has(name) && !/^the order of the reference|by app version|by the instant of first use/.test(name),
  );
  expect(idle.map(({ name }) => name)).toEqual([]);
});

describe('the contract of its port refuses', () => {
  it.each([...otherMistakes, ...wrongLists, ...wrongCurrents, ...wrongRevisions])(
    '$mistake',
    async ({ cases, noticedBy }) => {
      expect(await violated(cases)).toContain(noticedBy);
    },
  );
});

it('every promise about the revisions of phone installations is broken by some mistake', () => {
  const noticed = new Set(wrongRevisions.map(({ noticedBy }) => noticedBy));
  const promises = revisionQueriesContract(async () => inMemoryStore()).map(({ name }) => name);
  const others = /^of (desktop installations|meters), /;
  expect(promises.filter((name) => !others.test(name) && !noticed.has(name))).toEqual([]);
});

describe('the contract of reading across people refuses', () => {
  const wrong = [...wrongFleets, ...wrongReports, ...wrongMeterQueries, ...wrongExports];
  it.each(wrong)('$mistake', async ({ cases, noticedBy }) => {
    // The promise alone: some of these contracts take a second.
    expect(await violated(cases.filter(({ name }) => name === noticedBy))).toEqual([noticedBy]);
  });

  it('some mistake against every promise', () => {
    const settled = async () => ({ store: inMemoryStore(), settle: async () => {} });
    const promised = {
      fleet: [patientFleetContract(settled), wrongFleets],
      reports: [[...patientReportsContract(settled), ...productsContract(settled)], wrongReports],
      meters: [meterQueriesContract(settled), wrongMeterQueries],
      exports: [exportsContract(async () => inMemoryStore()), wrongExports],
    } as const;
    for (const [cases, mistakes] of Object.values(promised)) {
      const noticed = new Set(mistakes.map(({ noticedBy }) => noticedBy));
      expect(cases.map(({ name }) => name).filter((name) => !noticed.has(name))).toEqual([]);
    }
  });
});
