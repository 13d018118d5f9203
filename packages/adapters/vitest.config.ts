import { defineConfig } from 'vitest/config';
import { vitestProjects } from '../../tooling/checks/vitest-projects.ts';

/** The suites that run on PostgreSQL servers, and which: all of them have the same files. */
const DATABASES: Readonly<Record<string, string>> = {
  'adapters-database': 'embedded',
  'adapters-postgres15': 'postgres15',
};

export default defineConfig({
  test: {
    projects: vitestProjects('packages/adapters').map((project) => {
      const databases = DATABASES[String(project.test?.name)];
      if (databases === undefined) return project;
      return {
        test: {
          ...project.test,
          include: ['test/**/*.test.ts'],
          env: { DATABASES: databases },
          globalSetup: ['test/support/global-setup.ts'],
        },
      };
    }),
  },
});
