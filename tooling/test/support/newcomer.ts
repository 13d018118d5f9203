import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program } from './program.ts';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));

/** A machine as a newcomer has it: Node, npm, git, an empty home, and a clean clone in its own folder. */
export class Newcomer {
  readonly folder = mkdtempSync(join(tmpdir(), 'newcomer-'));
  readonly clone = join(this.folder, 'clone');
  readonly #running = new Set<Command>();

  constructor() {
    mkdirSync(join(this.folder, 'home'));
    execFileSync('git', ['clone', '--quiet', checkout, this.clone], { stdio: ['ignore', 'inherit', 'inherit'] });
  }

  /** Nothing of the checkout that runs this test, nor of npm's own variables; only how to reach the registry. */
  environment(extra: Record<string, string> = {}): Record<string, string> {
    const kept = ['LANG', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'npm_config_cafile'].flatMap((name) => [
      name,
      name.toUpperCase(),
    ]);
    const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
    return {
      ...Object.fromEntries(
        [...kept, ...proxies].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
      ),
      PATH: pathOfTheMachine(),
      HOME: join(this.folder, 'home'),
      npm_config_registry: registry(),
      ...extra,
    };
  }

  /** An environment without network for npm, npx and pnpm, in which calling one of them leaves a trace. */
  offline(extra: Record<string, string> = {}): {
    readonly env: Record<string, string>;
    readonly called: () => string[];
  } {
    const shims = join(this.folder, 'shims');
    const trace = join(this.folder, 'called');
    mkdirSync(shims, { recursive: true });
    writeFileSync(trace, '');
    for (const name of ['npm', 'npx', 'pnpm', 'corepack', 'git']) {
      writeFileSync(join(shims, name), `#!/bin/sh\necho "${name} $*" >>'${trace}'\nexit 99\n`);
      chmodSync(join(shims, name), 0o755);
    }
    const nowhere = 'http://127.0.0.1:9';
    return {
      env: this.environment({
        PATH: [shims, pathOfTheMachine()].join(delimiter),
        npm_config_registry: nowhere,
        HTTP_PROXY: nowhere,
        HTTPS_PROXY: nowhere,
        NO_PROXY: '127.0.0.1,localhost',
        ...extra,
      }),
      called: () => readFileSync(trace, 'utf8').split('\n').filter(Boolean),
    };
  }

  run(program: string, args: string[], env: Record<string, string> = this.environment()): Command {
    const command = new Command(program, args, this.clone, env);
    this.#running.add(command);
    return command;
  }

  /** Every process that still works in the clone, or on its files. */
  processes(): string[] {
    return processTable()
      .filter(({ line, folder }) => line.includes(this.folder) || folder.startsWith(this.folder))
      .map(({ pid, line }) => `${pid} ${line}`);
  }

  /** Ends what a failed test left behind. */
  leave(): void {
    for (const command of this.#running) command.kill();
    for (const process_ of this.processes()) {
      try {
        process.kill(Number.parseInt(process_, 10), 'SIGKILL');
      } catch {
        // It has gone by itself.
      }
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A running program in its own process group, as a terminal gives to each command. */
export class Command extends Program {
  /** The exit code, or the signal that ended it. */
  readonly end = this.exit.then(({ code, signal }) => code ?? signal);

  constructor(program: string, args: string[], folder: string, env: Record<string, string>) {
    super(spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true }));
  }

  /** What Ctrl-C does: the signal goes to the whole foreground process group. */
  pressCtrlC(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  /** What `kill` does: the signal goes to this process alone. */
  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  kill(): void {
    if (this.process.exitCode === null && this.process.signalCode === null) process.kill(-this.pid, 'SIGKILL');
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error('it was never started');
    return this.process.pid;
  }
}

/** PATH without what the launcher of this very test has put in front. */
function pathOfTheMachine(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .filter((folder) => !folder.includes('node_modules') && !folder.includes('node-gyp-bin'))
    .join(delimiter);
}

/** Where this machine's npm gets packages, which an empty home would not know. */
function registry(): string {
  return execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8', cwd: tmpdir() }).trim();
}

function processTable(): { pid: number; line: string; folder: string }[] {
  return execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((row) => {
      const [, pid, line] = /^\s*(\d+)\s+(.*)$/.exec(row) ?? [];
      return pid === undefined || line === undefined ? [] : [{ pid: Number(pid), line, folder: workingFolder(pid) }];
    });
}

function workingFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
