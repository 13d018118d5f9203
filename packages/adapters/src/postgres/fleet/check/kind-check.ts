/** The result for one kind. It excludes people who are noted, due, or have too much data to read. */
export interface KindCheck {
  /** The table of the records. */
  readonly kind: string;
  /** What is counted: people and products, or the readings of meters. */
  readonly unit: 'people' | 'readings';
  /** How many there are by the records, and how many are stored. */
  readonly expected: number;
  readonly stored: number;
  /** How many people were recomputed, and for how many of them the stored state differs. */
  readonly recomputed: number;
  readonly differing: number;
}

/** People recomputed from their records. */
export interface Compared {
  /** How many there were. */
  readonly compared: number;
  /** For how many of them the stored state differs. */
  readonly differing: number;
}
