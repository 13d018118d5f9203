import type { TestProjectInlineConfiguration, ViteUserConfig } from 'vitest/config';
import { suites } from './suites.ts';

/** The vitest configuration of a package: a project for each of its suites. */
export function vitestConfig(folder: string): ViteUserConfig {
  // All cores: much of what the tests do is wait, for a timeout or a database.
  return { test: { projects: projectsOf(folder), maxWorkers: '100%' } };
}

function projectsOf(folder: string): TestProjectInlineConfiguration[] {
  return suites
    .filter((suite) => suite.folder === folder)
    .map(({ name, include, exclude = [], env, globalSetup, timeoutSeconds, alone, sharedModules }) => ({
      test: {
        name,
        include: [...include],
        exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
        environment: 'node',
        isolate: sharedModules !== true,
        ...(env !== undefined && { env }),
        ...(globalSetup !== undefined && { globalSetup }),
        ...(timeoutSeconds !== undefined && { testTimeout: timeoutSeconds * 1000, hookTimeout: timeoutSeconds * 1000 }),
        ...(alone === true && { fileParallelism: false }),
      },
    }));
}
