import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program } from '../../../../tooling/test/support/program.ts';
import { HS_KEY, ISSUER } from './tokens.js';

/** The folder of the built program. */
export const BUNDLE = fileURLToPath(new URL('../../dist/bundle', import.meta.url));

/** A folder for data of tests; a server that runs unprivileged must be able to get there. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'polaris-e2e-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** The built service, or one of its commands, as a separate process. */
export class Service extends Program {
  static readonly #running = new Set<Service>();

  readonly #ready: Promise<{ readonly port: number; readonly code?: string }>;

  /**
   * @param env on top of an environment in which nothing else is set
   * @param stdout a file descriptor for it, or a pipe that is read
   * @param bundle another folder with the program
   */
  constructor(
    env: Readonly<Record<string, string>>,
    args: readonly string[] = [],
    cwd = tmpdir(),
    stdout: 'pipe' | number = 'pipe',
    bundle = BUNDLE,
  ) {
    const child = spawn(process.execPath, [join(bundle, 'main.js'), ...args], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        ENVIRONMENT: 'TEST',
        PORT: '0',
        // Any suite can run with several: WORKERS=2 vitest run --project api-faults.
        WORKERS: process.env['WORKERS'] ?? '1',
        LISTEN_ADDRESS: '127.0.0.1',
        HS_KEY,
        PROXY_URL: ISSUER.slice(0, -1),
        ...env,
      },
      stdio: ['ignore', stdout, 'pipe', 'ipc'],
    });
    super(child);
    child.once('close', () => Service.#running.delete(this));
    this.#ready = once(child, 'message').then(([message]) => message);
    Service.#running.add(this);
  }

  /** Waits until records can be served. */
  async ready(): Promise<this> {
    const ended = this.exit.then(({ code }) => {
      throw new Error(`the service ended with ${code}: ${this.stdout}${this.stderr}`);
    });
    await Promise.race([this.#ready, ended]);
    return this;
  }

  /** Waits until records can be served, without looking at the log. */
  async portWhenReady(): Promise<number> {
    return (await this.#ready).port;
  }

  /** The code that lets one person into the dashboard. */
  async code(): Promise<string | undefined> {
    return (await this.#ready).code;
  }

  /** Waits until it listens; it may not be ready. */
  async url(): Promise<string> {
    const [, port] = await this.says(/"port":(\d+)/);
    return `http://127.0.0.1:${port}`;
  }

  async port(): Promise<number> {
    return Number(new URL(await this.url()).port);
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Ends every process that a test has left running. */
  static async endAll(): Promise<void> {
    const running = [...Service.#running];
    for (const { process } of running) process.kill('SIGINT');
    await Promise.all(running.map(({ exit }) => exit));
  }
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
