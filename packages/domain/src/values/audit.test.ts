import { expect, it } from 'vitest';
import { actor, instant } from '../../testing/index.js';
import { auditOfNew } from './audit.js';

it('a new record is made and last changed in one', () => {
  const [at, by] = [instant('2022-03-04T05:06:07.089123Z'), actor('patient-1')];
  expect(auditOfNew(at, by)).toEqual({ created: at, createdBy: by, modified: at, modifiedBy: by });
});
