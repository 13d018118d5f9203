import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What runs a contestant. */
export interface Runtime {
  /** What is missing here and how to get it; undefined if nothing is. */
  missing(): string | undefined;
  /** Compiles it, if need be, below a folder that may still hold what an earlier run made. @returns program and arguments */
  command(folder: string): readonly string[];
}

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export function byNode(path: string): Runtime {
  return {
    missing: () => (existsSync(source(path)) ? undefined : `${source(path)} is missing: npm run build`),
    command: () => [process.execPath, source(path)],
  };
}

export const bun: Runtime = {
  missing: () => (answers('bun', '--version') ? undefined : 'there is no bun: npm install --global bun'),
  command: () => ['bun', source('../contestants/bun.ts')],
};

const GO_PACKAGES = '/usr/share/gocode';

export const go: Runtime = {
  missing: () =>
    answers('go', 'version') && existsSync(join(GO_PACKAGES, 'src/github.com/jackc/pgx/v4'))
      ? undefined
      : 'there is no Go with pgx: apt-get install golang-go golang-github-jackc-pgx-v4-dev',
  command(folder) {
    mkdirSync(folder, { recursive: true });
    const program = join(folder, 'plain');
    // Debian's packages have no module files: GOPATH finds them, and nothing is fetched.
    const env = {
      ...process.env,
      GO111MODULE: 'off',
      GOPATH: GO_PACKAGES,
      GOFLAGS: '',
      GOCACHE: join(folder, 'cache'),
    };
    execFileSync('go', ['build', '-o', program, source('../contestants/go/main.go')], { env });
    return [program];
  },
};

const CARGO = '/usr/bin/cargo';
const CRATES = '/usr/share/cargo/registry';

export const rust: Runtime = {
  missing() {
    const crates = ['hyper', 'tokio-postgres'].every((name) => globSync(`${CRATES}/${name}-*`).length > 0);
    const found = crates && answers(CARGO, '--version');
    return found
      ? undefined
      : 'there is no Rust with its crates: apt-get install rustc cargo librust-hyper-dev librust-tokio-postgres-dev';
  },
  command(folder) {
    // Cargo writes beside its manifest.
    cpSync(source('../contestants/rust'), folder, { recursive: true });
    const env = { ...process.env, RUSTC: '/usr/bin/rustc', CARGO_TARGET_DIR: join(folder, 'target') };
    execFileSync(CARGO, ['build', '--release', '--offline', '--quiet'], { cwd: folder, env });
    return [join(folder, 'target/release/plain')];
  },
};

function answers(program: string, argument: string): boolean {
  return spawnSync(program, [argument]).status === 0;
}
