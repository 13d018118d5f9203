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
    [['retention'], 'Give --older-than, --revisions-older-than or both.'],
    [['retention', '--older-than', '0'], '--older-than takes one whole number of days, from 1 to 999999.'],
    [
      ['retention', '--revisions-older-than', '9', '--revisions-older-than', '9'],
      '--revisions-older-than takes one whole number of days, from 1 to 999999.',
    ],
    [['retention', '--older-than', '9', '--table', 'mobile'], 'There is no table "mobile".'],
    [['retention', '--older-than', '9', '--table', 'constructor'], 'There is no table "constructor".'],
    [['retention', 'all', '--older-than', '9'], '"all" is unexpected.'],
    [['export'], 'The table and the file are missing.'],
    [['export', 'revisions'], 'The file is missing.'],
    [['export', 'mobile', 'file'], 'There is no table "mobile".'],
    [['export', 'revisions', 'f', 'g'], '"g" is unexpected.'],
    [['doctor', 'me'], '"me" is unexpected.'],
    [['erasures'], 'Say list or replay.'],
    [['erasures', 'show'], '"show" is neither list nor replay.'],
    [['erasures', 'list', 'f'], '"f" is unexpected.'],
    [['erasures', 'replay'], 'The file is missing.'],
    [['erasures', 'replay', 'f', 'g'], '"g" is unexpected.'],
    [['check-fleet', 'down'], '"down" is unexpected.'],
    [['check-fleet', '--drop-all-records'], "Unknown option '--drop-all-records'."],
    [['migrate', '--repair'], "Unknown option '--repair'."],
    [['migrate', 'up', '--drop-all-records'], 'Only down drops anything.'],
    [['migrate', '--drop-receipts'], 'Only down drops anything.'],
    [['migrate', 'status', '--drop-revisions'], 'Only down drops anything.'],
    [['migrate', 'sideways'], '"sideways" is none of up, down, status, distribute.'],
    [['migrate', 'down', 'up'], '"up" is unexpected.'],
    [['migrate', 'down', '--drop-all'], "Unknown option '--drop-all'."],
    [['migrate', 'down', '--drop-all-records=no'], "Option '--drop-all-records' does not take an argument."],
    [['constructor'], 'There is no command "constructor".'],
    [['--repair'], "Unknown option '--repair'."],
    [['sideways'], 'There is no command "sideways".'],
  ])('%j is wrong: %s', (args, fault) => {
    const command = readCommandLine(args, undefined);
    expect(command).toEqual({ name: 'explain', text: expect.stringContaining(`${fault}\n\nUsage: `), exitCode: 2 });
  });

  it('explains a command as it was typed', () => {
    const npm = readCommandLine(['check-fleet', '--help'], 'check-fleet');
    expect(npm).toMatchObject({ text: expect.stringContaining('npm run check-fleet -- [--repair]'), exitCode: 0 });
    const main = readCommandLine(['--help'], undefined);
    expect(main).toMatchObject({ text: expect.stringMatching(/main\.js check-fleet[\s\S]*--repair/) });
  });
});
