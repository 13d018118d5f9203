import type { ContractCase } from '../contract-case.js';
import type { FleetSubject } from '../fleet/searching.js';
import { agreementContract } from './agreement.contract.js';
import { meterSearchContract } from './meter-search.contract.js';

/**
 * What reading the meters of all patients promises: what the reference implementation answers.
 *
 * @param newSubject returns an empty store
 */
export function meterQueriesContract(newSubject: () => Promise<FleetSubject>): ContractCase[] {
  return [...meterSearchContract(newSubject), ...agreementContract(newSubject)];
}
