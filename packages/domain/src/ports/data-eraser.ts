/** Empties the store, for test environments. */
export interface DataEraser {
  /**
   * Erases every installation, every meter and every remembered retry key, all or nothing.
   *
   * @throws UnavailableError when the store cannot do it now; then nothing is erased
   */
  eraseAll(): Promise<void>;
}
