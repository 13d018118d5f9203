import { mkdirSync } from 'node:fs';
import { Cleanup } from './cleanup.ts';
import { readOptions, USAGE } from './options.ts';
import { startServer } from './postgres.ts';
import { measureSpeed } from './speed.ts';
import { wrkVersion } from './wrk.ts';

const options = readOptions(process.argv.slice(2));
if (options === 'help') {
  console.log(USAGE);
  process.exit(0);
}
mkdirSync(options.folder, { recursive: true });
const cleanup = new Cleanup();
try {
  const server = await startServer(options.folder, cleanup);
  const wrk = await wrkVersion();
  const r = await measureSpeed({
    options,
    server,
    cleanup,
    hasWrk: wrk !== undefined,
    onProgress: (l) => console.error(l),
  });
  for (const s of r) console.log(s.mode, s.operation, s.contestant, s.rate, s.rounds);
} finally {
  await cleanup.run();
}
