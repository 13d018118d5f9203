import { describe, expect, it } from 'vitest';
import { readCommandLine } from './command-line.js';

describe('the command line', () => {
  it.each([
    [[], { name: 'serve' }],
    [
      ['migrate'],
      { name: 'migrate', direction: 'up', dropAllRecords: false, dropRevisions: false, dropReceipts: false },
    ],
    [
      ['migrate', 'down', '--drop-all-records', '--drop-revisions', '--drop-receipts'],
      { name: 'migrate', direction: 'down', dropAllRecords: true, dropRevisions: true, dropReceipts: true },
    ],
    [['export', 'revisions', 'r.csv'], { name: 'export', table: 'revisions', file: 'r.csv' }],
    [
      ['retention', '--older-than', '730', '--table', 'blood_glucose_meters', '--dry-run'],
      { name: 'retention', recordsOlderThan: 730, tables: ['blood_glucose_meter'], dryRun: true },
    ],
    [['doctor'], { name: 'doctor', json: false }],
    [['doctor', '--json'], { name: 'doctor', json: true }],
    [['erasures', 'list'], { name: 'erasures', action: 'list' }],
    [['erasures', 'replay', 'f'], { name: 'erasures', action: 'replay', file: 'f' }],
    [['check-fleet'], { name: 'check-fleet', repair: false }],
    [['check-fleet', '--repair'], { name: 'check-fleet', repair: true }],
  ])('%j is a command', (args, command) => expect(readCommandLine(args, undefined)).toEqual(command));

  it.each([
    ['retention'],
    ['retention', '--older-than', '0'],
    ['retention', '--older-than', '9', '--table', 'mobile'],
    ['export', 'revisions'],
    ['export', 'mobile', 'file'],
    ['doctor', 'me'],
    ['erasures'],
    ['erasures', 'list', 'f'],
    ['erasures', 'replay'],
    ['erasures', 'replay', 'f', 'g'],
    ['check-fleet', 'down'],
    ['check-fleet', '--drop-all-records'],
    ['migrate', '--repair'],
    ['migrate', 'up', '--drop-all-records'],
    ['migrate', '--drop-receipts'],
    ['migrate', 'status', '--drop-revisions'],
    ['migrate', 'sideways'],
    ['migrate', 'down', 'up'],
    ['migrate', 'down', '--drop-all'],
    ['migrate', 'down', '--drop-all-records=no'],
    ['constructor'],
    ['--repair'],
    ['--drop-all-records'],
    ['sideways'],
  ])('%j %j is explained', (...args) =>
    expect(readCommandLine(args, undefined)).toMatchObject({ name: 'explain', exitCode: 2 }),
  );

  it('explains a command as it was typed', () => {
    const npm = readCommandLine(['check-fleet', '--help'], 'check-fleet');
    expect(npm).toMatchObject({ text: expect.stringContaining('npm run check-fleet -- [--repair]'), exitCode: 0 });
    const main = readCommandLine(['--help'], undefined);
    expect(main).toMatchObject({ text: expect.stringMatching(/main\.js check-fleet[\s\S]*--repair/) });
  });
});
