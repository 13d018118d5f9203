import { createHash } from 'node:crypto';

/** Numbers, choices and ids that are the same for the same seed: each place asks with its own label, so that none disturbs another. */
export class Random {
  readonly #seed: string;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** A generator of its own for a part of the data. */
  of(label: string | number): Random {
    return new Random(`${this.#seed}/${label}`);
  }

  /** From 0 to below 1. */
  number(label: string | number): number {
    return this.#hash(label).readUInt32BE(0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  whole(label: string | number, least: number, most: number): number {
    return least + Math.floor(this.number(label) * (most - least + 1));
  }

  pick<T>(label: string | number, choices: readonly [T, ...T[]]): T {
    return choices[this.whole(label, 0, choices.length - 1)] ?? choices[0];
  }

  /** A UUID (version 8: of our own making). */
  uuid(label: string | number): string {
    const bytes = this.#hash(label).subarray(0, 16);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  #hash(label: string | number): Buffer {
    return createHash('sha256').update(`${this.#seed}/${label}`).digest();
  }
}
