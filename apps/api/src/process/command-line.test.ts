import { describe, expect, test } from 'vitest';
import { readCommandLine } from './command-line.js';

const said = (args: string[], script?: string) => {
  const command = readCommandLine(args, script);
  return command.name === 'explain' ? command : undefined;
};

describe('the command line', () => {
  test.each([
    [[], { name: 'serve' }],
    [['migrate'], { name: 'migrate', direction: 'up', dropAllRecords: false }],
    [['migrate', 'status'], { name: 'migrate', direction: 'status', dropAllRecords: false }],
    [['migrate', 'down'], { name: 'migrate', direction: 'down', dropAllRecords: false }],
    [['migrate', 'down', '--drop-all-records'], { name: 'migrate', direction: 'down', dropAllRecords: true }],
  ])('%j', (args, command) => {
    expect(readCommandLine(args, undefined)).toEqual(command);
  });

  test.each([
    [['sing']],
    [['--drop-all-records']],
    [['migrate', 'sideways']],
    [['migrate', 'down', 'up']],
    [['migrate', 'up', '--drop-all-records']],
    [['migrate', 'down', '--drop-all']],
    [['migrate', 'down', '--drop-all-records=no']],
  ])('%j is refused', (args) => {
    expect(said(args)).toMatchObject({ exitCode: 2, text: expect.stringMatching(/^Usage: /) });
  });

  test('explains what was typed, as it was typed', () => {
    expect(said(['migrate', 'sideways'], 'migrate')?.text).toMatch(/^Usage: npm run migrate -- \[up/);
    expect(said(['migrate', 'sideways'], 'migrate')?.text).not.toContain('main.js');
    expect(said(['sing'], 'start')?.text).toMatch(/^Usage: npm start/);
    expect(said(['sing'], 'start')?.text).not.toMatch(/main\.js|migrate/);
    expect(said(['migrate', 'sideways'])?.text).toMatch(/^Usage: main\.js migrate/);
    expect(said(['sing'])?.text).toMatch(/^Usage: main\.js {3}[\s\S]*main\.js migrate/);
    expect(said(['migrate', '--help'])).toMatchObject({ exitCode: 0 });
  });
});
