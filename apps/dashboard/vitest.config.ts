import { vitestConfig } from '../../tooling/checks/vitest-config.ts';

export default vitestConfig('apps/dashboard');
