/** `npm run verify` runs this: every breach of the layer rules on a line, exit code 1 when there is one. */
import { fileURLToPath } from 'node:url';
import { cruise } from './cruise.ts';

const { modules, breaches } = cruise(fileURLToPath(new URL('../../', import.meta.url)));
for (const { rule, from, to } of breaches)
  console.error(`${from} imports ${to}: breaks ${rule} (see tooling/layers/rules.cjs)`);
// A checker that finds no files would pass for ever.
if (modules < 50) console.error(`Only ${modules} files were checked: the tool did not read the sources.`);
console.log(`${modules} files, ${breaches.length} breaches`);
process.exitCode = breaches.length > 0 || modules < 50 ? 1 : 0;
