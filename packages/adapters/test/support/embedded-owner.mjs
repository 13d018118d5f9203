// A service reduced to its embedded PostgreSQL, as a process that can be killed. Runs the sources as they are.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const isOurs = specifier.startsWith('.') && context.parentURL?.includes('/adapters/src/');
    return next(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
const { startEmbedded } = await import('../../src/postgres/embedded.ts');

const tell = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
process.on('SIGINT', () => tell({ interrupted: true }));
try {
  const embedded = await startEmbedded({ dataFolder: process.argv[2], onNotice: (notice) => tell({ notice }) });
  process.on('SIGTERM', () => embedded.stop().then(() => process.exit(0)));
  // A crash of the service, as opposed to its being killed.
  process.on('SIGUSR2', () => process.exit(3));
  tell({ settings: embedded.settings });
} catch (error) {
  tell({ error: error.message, name: error.name });
  process.exit(1);
}
