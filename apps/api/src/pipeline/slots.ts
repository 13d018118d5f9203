/** A limited number of slots for expensive work. A request that finds none is refused at once. */
export class Slots {
  #free: number;

  /** @param most the number of slots */
  constructor(most: number) {
    this.#free = most;
  }

  /** @returns a function that frees the slot and may be called more than once; undefined if none is free */
  take(): (() => void) | undefined {
    if (this.#free === 0) return undefined;
    this.#free--;
    let isTaken = true;
    return () => {
      if (isTaken) this.#free++;
      isTaken = false;
    };
  }
}
