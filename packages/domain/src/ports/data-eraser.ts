/** Empties the store, for test environments. */
export interface DataEraser {
  /**
   * Erases every installation, every meter and every remembered retry key, all or nothing.
   *
   * @throws UnavailableError if the store cannot do it now; nothing is erased then
   */
  eraseAll(): Promise<void>;
}
