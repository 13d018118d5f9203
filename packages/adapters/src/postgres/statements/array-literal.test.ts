import { expect, it } from 'vitest';
import { arrayLiteral, type ColumnValue } from './array-literal.js';

it.each<[readonly ColumnValue[], string]>([
  [[], '{}'],
  [['a', 'b c'], '{"a","b c"}'],
  [['', 'NULL', null], '{"","NULL",NULL}'],
  [['"', '\\', '\\"', "'"], '{"\\"","\\\\","\\\\\\"","\'"}'],
  [['{1,2}', 'line\nbreak', '漢字 💉'], '{"{1,2}","line\nbreak","漢字 💉"}'],
  [[1, -0.5, 1e21, 5e-324, null], '{"1","-0.5","1e+21","5e-324",NULL}'],
  [[true, false, null], '{"true","false",NULL}'],
  [[null, 'a', null, null, 'b'], '{NULL,"a",NULL,NULL,"b"}'],
])('writes %j as %s', (values, literal) => expect(arrayLiteral(values, (value) => value)).toBe(literal));
