#!/usr/bin/env node
/**
 * Every `npm start`, `npm test`, `npm run …` calls this, on any Node >= 18 that the machine has.
 *
 * It installs the pinned pnpm, Node and packages if they are missing, builds what the command needs, and hands over to
 * the pinned Node. While nothing changes, it neither installs nor needs a network. Plain JavaScript without dependencies,
 * because it runs before they are installed.
 */
import { existsSync } from 'node:fs';
import { builds, commands } from './launcher/commands.mjs';
import { ensureInstalled } from './launcher/install.mjs';
import { pinnedNode, root } from './launcher/paths.mjs';
import { childEnvironment, runToEnd } from './launcher/run-to-end.mjs';

const complain = (text) => process.stderr.write(`${text}\n`);

async function main([name = '', ...args]) {
  const command = commands[name];
  if (command === undefined) {
    complain(`Unknown command ${JSON.stringify(name)}. There are: ${Object.keys(commands).join(', ')}.`);
    return 2;
  }
  if (!(await ensureInstalled(name, complain))) return 1;
  for (const step of command.build ? builds : []) {
    if ((await runToEnd(pinnedNode, step, { stdout: 'stderr' })) === 0) continue;
    complain('The sources do not compile; see above.');
    return 1;
  }
  if (command.run === undefined) return 0;
  const [script = '', ...rest] = command.run;
  if (!existsSync(new URL(script, root))) {
    complain(`${name}: ${script} is missing. Is this checkout complete?`);
    return 1;
  }
  const { ENVIRONMENT: environment } = childEnvironment(command.env);
  const production = (environment || 'PRODUCTION').toUpperCase() === 'PRODUCTION';
  const onReady = !production && command.welcome && ((ready) => welcome(command, ready));
  return runToEnd(pinnedNode, [script, ...rest, ...args], { env: command.env, onReady });
}

/** Another process prints it, because it needs packages that the launcher does without. */
function welcome({ welcome: script, env }, ready) {
  return runToEnd(pinnedNode, [script, JSON.stringify(ready)], { env });
}

process.exitCode = await main(process.argv.slice(2));
