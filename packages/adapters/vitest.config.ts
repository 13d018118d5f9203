import { defineConfig } from 'vitest/config';
import { vitestProjects } from '../../tooling/checks/vitest-projects.ts';

export default defineConfig({ test: { projects: vitestProjects('packages/adapters') } });
