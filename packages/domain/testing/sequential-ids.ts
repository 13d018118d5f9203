import type { IdGenerator } from '../src/index.js';
import { recordId } from './builders.js';

/** Ids that count up from 1 in the form of a version 4 UUID: `00000000-0000-4000-8000-000000000001`. */
export function sequentialIds(): IdGenerator {
  let last = 0;
  return { next: () => recordId(`00000000-0000-4000-8000-${String(++last).padStart(12, '0')}`) };
}
