/** `npm run psql`: a prompt for SQL on the embedded PostgreSQL, beside a running service or without one. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadCommandConfig } from '../../apps/api/dist/config/load-config.js';
import { openDatabaseBeside } from '../../apps/api/dist/database.js';
import { openClient } from '../../packages/adapters/dist/postgres/connections/open-client.js';
import { NO_LIMITS } from '../../packages/adapters/dist/postgres/connections/session.js';
import { CommandError, runCommand } from '../command-line.ts';
import { prompt } from './prompt.ts';

const usage = `Usage: npm run psql [-- ARGUMENTS OF PSQL]

  A prompt for SQL on the embedded PostgreSQL of this checkout: PostgreSQL's own psql where it is installed, else a
  small one that knows statements, \\set NAME 'VALUE', :'NAME' and \\q. Pipe a file into it to run that.
  For a database server use psql itself.`;

async function main(args: string[]): Promise<void> {
  const { database: config } = loadCommandConfig(process.env, (path) => readFileSync(path, 'utf8'));
  if (config.kind === 'server')
    throw new CommandError('DATABASE_… names a server: use psql itself, with its own settings.');
  const database = await openDatabaseBeside(config, (notice) => console.error(notice));
  try {
    const { host, port, user, password, database: name } = database.settings;
    if (spawnSync('psql', ['--version'], { stdio: 'ignore' }).status === 0) {
      const env = {
        ...process.env,
        PGHOST: host,
        PGPORT: String(port),
        PGUSER: user,
        PGPASSWORD: password,
        PGDATABASE: name,
      };
      const psql = spawn('psql', args, { stdio: 'inherit', env });
      // psql answers signals itself: Ctrl-C ends a statement, not the prompt. A server that was started for it is stopped after it.
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => psql.kill(signal));
      const [code] = await once(psql, 'exit');
      process.exitCode = code ?? 1;
      return;
    }
    if (args.length > 0) throw new CommandError('There is no psql here that could take arguments.');
    const { client } = await openClient(database.settings, { limits: NO_LIMITS });
    process.exitCode = (await prompt(client, process.stdin, process.stdout)) ? 0 : 1;
    await client.end();
  } finally {
    await database.close();
  }
}

await runCommand(usage, main);
