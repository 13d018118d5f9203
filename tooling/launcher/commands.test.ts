import { describe, expect, test } from 'vitest';
import { settings } from '../../apps/api/src/config/settings.js';
import { newcomersSettings } from './commands.mjs';

describe('what the launcher says for a newcomer', () => {
  const names = Object.keys(settings).filter((name) => name.startsWith('DATABASE_'));

  test.each(names)('%s alone', (name) => {
    // A named server may hold other people's data, so the default applies: PRODUCTION.
    const expected = name.startsWith('DATABASE_EMBEDDED') ? 'DEVELOPMENT' : undefined;
    expect(newcomersSettings({ [name]: 'x' }, true)['ENVIRONMENT']).toBe(expected);
    expect(newcomersSettings({ [name]: '' }, true)['ENVIRONMENT']).toBe('DEVELOPMENT');
  });

  test('colours go to a terminal only, and not where NO_COLOR is set', () => {
    expect(newcomersSettings({}, true)).toEqual({ ENVIRONMENT: 'DEVELOPMENT', LOG_FORMAT: 'colour' });
    expect(newcomersSettings({}, false)['LOG_FORMAT']).toBe('plain');
    expect(newcomersSettings({ NO_COLOR: '1' }, true)['LOG_FORMAT']).toBe('plain');
    expect(newcomersSettings({ NO_COLOR: '' }, true)['LOG_FORMAT']).toBe('colour');
  });
});
