import { defineConfig } from 'vitest/config';
import { vitestProjects } from '../../tooling/checks/vitest-projects.js';

export default defineConfig({ test: { projects: vitestProjects('packages/adapters') } });
