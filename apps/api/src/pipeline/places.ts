/** A few places for what takes long and much: whoever finds none is refused at once. */
export class Places {
  #free: number;

  /** @param most how many there are */
  constructor(most: number) {
    this.#free = most;
  }

  /** @returns what gives the place back, which may be called more than once; undefined where none is free */
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
