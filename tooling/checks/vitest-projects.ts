import type { UserWorkspaceConfig } from 'vitest/config';
import { suites } from './suites.ts';

/** The vitest projects of a package, one for each of its suites. */
export function vitestProjects(folder: string): UserWorkspaceConfig[] {
  return suites
    .filter((suite) => suite.folder === folder)
    .map(({ name, include, exclude = [], env, globalSetup, timeoutSeconds, alone }) => ({
      test: {
        name,
        include: [...include],
        exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
        environment: 'node',
        ...(env !== undefined && { env }),
        ...(globalSetup !== undefined && { globalSetup }),
        ...(timeoutSeconds !== undefined && { testTimeout: timeoutSeconds * 1000, hookTimeout: timeoutSeconds * 1000 }),
        ...(alone === true && { fileParallelism: false }),
      },
    }));
}
