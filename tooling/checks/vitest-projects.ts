import type { UserWorkspaceConfig } from 'vitest/config';
import { filesOf, suites } from './suites.ts';

/** The vitest projects of a package, one for each of its suites. */
export function vitestProjects(folder: string): UserWorkspaceConfig[] {
  return suites
    .filter((suite) => suite.folder === folder)
    .map((suite) => ({ suite, files: filesOf(suite) }))
    .map(({ suite, files: { include, exclude } }) => ({
      test: {
        name: suite.name,
        include,
        exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
        environment: 'node',
        ...(suite.timeoutSeconds !== undefined && {
          testTimeout: suite.timeoutSeconds * 1000,
          hookTimeout: suite.timeoutSeconds * 1000,
        }),
        ...(suite.alone === true && { fileParallelism: false }),
      },
    }));
}
