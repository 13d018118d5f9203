import { defineConfig } from 'vitest/config';
import { vitestProjects } from './checks/vitest-projects.ts';

export default defineConfig({ test: { projects: vitestProjects('tooling') } });
