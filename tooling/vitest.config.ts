import { vitestConfig } from './checks/vitest-config.ts';

export default vitestConfig('tooling');
