import type { ConfigFault } from './config-error.js';
import { type Setting, type SettingName, type SettingValues, settings } from './settings.js';

/** Environment variables as `process.env` has them. */
export type Env = Readonly<Record<string, string | undefined>>;

/** The settings of an environment, each checked on its own: rules across several settings come later. */
export interface SettingsRead {
  /** A wrong setting has its default here, so that the other rules can still be checked. */
  readonly values: SettingValues;
  readonly faults: readonly ConfigFault[];
}

/** Reads every setting. Empty variables count as not set; unknown ones are ignored. */
export function readSettings(env: Env): SettingsRead {
  const faults: ConfigFault[] = [];
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const [name, setting] of entries()) {
    const raw = env[name];
    const result = raw === undefined || raw === '' ? undefined : setting.schema.safeParse(raw);
    if (result?.success === false) faults.push({ name, problem: ruleOf(result.error.issues) });
    values[name] = result?.success ? result.data : defaultOf(setting);
  }
  return { values: values as SettingValues, faults };
}

function entries(): readonly (readonly [SettingName, Setting<unknown>])[] {
  return Object.entries(settings) as [SettingName, Setting<unknown>][];
}

function defaultOf(setting: Setting<unknown>): unknown {
  return setting.default === undefined ? undefined : setting.schema.parse(setting.default);
}

function ruleOf(issues: readonly { readonly message: string }[]): string {
  return issues.map(({ message }) => message).join('; ');
}
