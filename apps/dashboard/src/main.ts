/** Runs the dashboard on its own, for the API at `API_URL`. */
import { readFileSync } from 'node:fs';
import { readSettings } from './alone/read-settings.js';
import { serve } from './alone/serve.js';

const write = (line: object) =>
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);

try {
  const { port, stop } = await serve(
    readSettings(process.env, (path) => readFileSync(path, 'utf8')),
    write,
  );
  write({ level: 'info', message: 'listening', port });
  process.send?.({ port });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, async () => {
      write({ level: 'info', message: 'stopping', signal });
      await stop();
      process.exit(0);
    });
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
