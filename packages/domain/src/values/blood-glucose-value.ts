import type { Branded } from './branded.js';
import { Fault } from './fault.js';

/** What a meter read in its verification, in mmol/L. Finite, never -0; any such number is kept as sent. */
export type BloodGlucoseValue = Branded<number, 'BloodGlucoseValue'>;

const NOT_A_NUMBER = new Fault('number_type', 'must be a number');
const NOT_FINITE = new Fault('number_range', 'must be a number that fits a double (IEEE 754) without overflow');

/**
 * Reads a blood glucose value; -0 is read as 0.
 *
 * @returns the value, or the fault `number_type` or `number_range` (NaN and the infinities)
 */
export function parseBloodGlucoseValue(raw: unknown): BloodGlucoseValue | Fault {
  if (typeof raw !== 'number') return NOT_A_NUMBER;
  if (!Number.isFinite(raw)) return NOT_FINITE;
  return (raw === 0 ? 0 : raw) as BloodGlucoseValue;
}
