import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { pinnedNode, root, rootFolder } from './paths.mjs';

/** Written after a complete install, beside what it installed: deleting node_modules deletes it too. */
const stamp = new URL('node_modules/.installed-by-launcher', root);
const log = new URL('node_modules/.install.log', root);

/**
 * Installs what the lock file says, unless the last complete install was of the same files.
 *
 * @param {string} command what the caller wants to run afterwards, for the advice
 * @param {(line: string) => void} say where a person reads
 * @returns {Promise<boolean>} whether everything is in place
 */
export async function ensureInstalled(command, say) {
  const wanted = fingerprint();
  if (existsSync(pinnedNode) && read(stamp) === wanted) return true;
  const { packageManager } = JSON.parse(read(new URL('package.json', root)));
  say(`Installing the pinned Node, ${packageManager} and the packages of the lock file (only when they change) …`);
  rmSync(stamp, { force: true });
  const started = performance.now();
  const { code, output } = await install(packageManager);
  mkdirSync(new URL('node_modules', root), { recursive: true });
  if (code !== 0) {
    writeFileSync(log, output);
    const again = command === 'start' || command === 'test' ? `npm ${command}` : `npm run ${command}`;
    say(
      `Installing failed: ${reason(output)} Then run \`${again}\` again. (All that was said: node_modules/.install.log)`,
    );
    return false;
  }
  if (!existsSync(pinnedNode)) {
    say(`There is no pinned Node for ${process.platform} ${process.arch} in package.json's optionalDependencies.`);
    return false;
  }
  rmSync(log, { force: true });
  writeFileSync(stamp, wanted);
  say(`Installed in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
  return true;
}

/** What an install depends on, as one hash: manifests, lock file, settings, and the kind of machine. */
function fingerprint() {
  const manifests = ['packages', 'apps', 'tooling'].flatMap((folder) =>
    readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}/package.json`),
  );
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.pnpmfile.cjs', ...manifests]) {
    hash.update(`\n${file}\n`).update(read(new URL(file, root)) ?? '');
  }
  return hash.digest('hex');
}

/** @returns {Promise<{ code: number, output: string }>} */
function install(packageManager) {
  const [program, ...args] = pnpm(packageManager);
  return new Promise((resolve) => {
    const child = spawn(program, [...args, 'install', '--frozen-lockfile', '--reporter=append-only'], {
      cwd: rootFolder,
      env: {
        ...process.env,
        // pnpm asks no questions, and npm does not advertise itself.
        CI: 'true',
        npm_config_update_notifier: 'false',
        // Two quick retries, so that a machine without network does not wait npm's ten seconds.
        npm_config_fetch_retries: '2',
        npm_config_fetch_retry_mintimeout: '500',
        npm_config_fetch_retry_maxtimeout: '3000',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    const take = (chunk) => {
      output += chunk;
      const progress = /^Progress: .*$/gm.exec(chunk)?.[0];
      if (progress !== undefined && process.stderr.isTTY) process.stderr.write(`\r${progress}\u001B[K`);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const end = (code) => {
      if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
      resolve({ code, output });
    };
    child.on('error', (error) => {
      output += `${error.code ?? ''} ${error.message}`;
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}

/** The pnpm of an earlier install when it is the right one, which needs no network; otherwise the registry's, by npx. */
function pnpm(packageManager) {
  const version = packageManager.split('@').at(-1);
  const installed = new URL('node_modules/pnpm/', root);
  const manifest = read(new URL('package.json', installed));
  if (manifest !== undefined && JSON.parse(manifest).version === version) {
    return [process.execPath, join(rootFolder, 'node_modules/pnpm/bin/pnpm.mjs')];
  }
  // npm reports its own location; its npx stands beside it and needs neither PATH nor a shell.
  const npx = process.env.npm_execpath && join(dirname(process.env.npm_execpath), 'npx-cli.js');
  const start = npx && existsSync(npx) ? [process.execPath, npx] : ['npx'];
  return [...start, '--yes', packageManager];
}

function reason(output) {
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|META_FETCH_FAIL|TARBALL_FETCH|error sending request/i.test(
      output,
    )
  ) {
    return 'the package registry cannot be reached. Check the network, the proxy and `npm config get registry`.';
  }
  if (/ENOSPC|No space left/i.test(output)) return 'the disk is full. Make about 1 GB of room.';
  if (/EACCES|EPERM|EROFS|Permission denied/i.test(output))
    return 'a folder cannot be written. Make the checkout and the home folder writable.';
  if (/OUTDATED_LOCKFILE/.test(output))
    return 'pnpm-lock.yaml does not fit package.json. Bring it up to date with `node_modules/.bin/pnpm install`.';
  if (/ENOENT.*npx|npx.*ENOENT|not recognized/i.test(output))
    return 'npx is not in PATH. Install npm (it comes with Node.js).';
  return `pnpm said: ${
    output
      .trim()
      .split('\n')
      .findLast((line) => /ERR|error/i.test(line)) ?? 'nothing'
  }.`;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
