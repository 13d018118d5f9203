import type { Text } from '../values/text.js';
import { compareRanks, type Rank } from './current-installation.js';
import type { RunningAt } from './installation-history.js';

/** An installation as time passes: `version` and `running` follow its states. */
export interface TrackedInstallation extends Rank {
  version: string;
  running: RunningAt | undefined;
}

interface Product {
  readonly installations: Set<TrackedInstallation>;
  /** Undefined: still to be found among all of them. */
  current: TrackedInstallation | undefined;
}

/** Tracks the current installation of each product while a person's installations change one after another. */
export class CurrentVersions {
  readonly #products = new Map<Text, Product>();
  readonly #changed = new Set<Text>();

  /** Records that the installation now runs something else. */
  move(installation: TrackedInstallation, running: RunningAt): void {
    if (installation.running !== undefined) this.#leave(installation, installation.running.appProduct);
    installation.running = running;
    installation.version = running.rankVersion;
    this.#join(installation, running.appProduct);
  }

  /** Returns the products changed since the last call, each with what the person runs of it; undefined for nothing. */
  changed(): (readonly [Text, RunningAt | undefined])[] {
    const changed = [...this.#changed].map((name) => [name, this.#current(name)?.running] as const);
    this.#changed.clear();
    return changed;
  }

  #leave(installation: TrackedInstallation, name: Text): void {
    const product = this.#products.get(name);
    product?.installations.delete(installation);
    if (product?.current === installation) product.current = undefined;
    this.#changed.add(name);
  }

  #join(installation: TrackedInstallation, name: Text): void {
    const product = this.#products.get(name);
    if (product === undefined) {
      this.#products.set(name, { installations: new Set([installation]), current: installation });
    } else {
      product.installations.add(installation);
      if (product.current !== undefined && compareRanks(installation, product.current) > 0) {
        product.current = installation;
      }
    }
    this.#changed.add(name);
  }

  /** Looks at all installations only if the current one itself has changed. */
  #current(name: Text): TrackedInstallation | undefined {
    const product = this.#products.get(name);
    if (product === undefined) return undefined;
    if (product.current === undefined) {
      for (const each of product.installations) {
        if (product.current === undefined || compareRanks(each, product.current) > 0) product.current = each;
      }
    }
    return product.current;
  }
}
