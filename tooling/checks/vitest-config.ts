import type { TestProjectInlineConfiguration, ViteUserConfig } from 'vitest/config';
import { suites } from './suites.ts';

/** Milliseconds for one test or hook: only a hang takes so long, even on a machine that is busy with other things. */
const LONGEST_TEST = 300_000;

/** Milliseconds that `expect.poll` waits for what takes no time on an idle machine, such as the start of a command. */
const LONGEST_POLL = 30_000;

/** The vitest configuration of a package: a project for each of its suites. */
export function vitestConfig(folder: string): ViteUserConfig {
  // All cores: the tests spend much of their time waiting for a timeout or a database.
  return { test: { projects: projectsOf(folder), maxWorkers: '100%' } };
}

function projectsOf(folder: string): TestProjectInlineConfiguration[] {
  return suites
    .filter((suite) => suite.folder === folder)
    .map(({ name, include, exclude = [], env, globalSetup, setup, alone, sharedModules }) => ({
      test: {
        name,
        include: [...include],
        exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
        environment: 'node',
        isolate: sharedModules !== true,
        ...(env !== undefined && { env }),
        ...(globalSetup !== undefined && { globalSetup }),
        ...(setup !== undefined && { setupFiles: setup }),
        testTimeout: LONGEST_TEST,
        hookTimeout: LONGEST_TEST,
        expect: { poll: { timeout: LONGEST_POLL } },
        ...(alone && { fileParallelism: false }),
      },
    }));
}
