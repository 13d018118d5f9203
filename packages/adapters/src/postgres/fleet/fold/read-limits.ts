/** How much to read at once. */
export interface ReadLimits {
  /** The maximum number of records, unless a single person has more. */
  readonly records: number;
  /** The same where requests are served meanwhile: what is read is garbage before it has grown old. */
  readonly batch: number;
  /** The maximum cost of the texts and the rows around them, in bytes, of a single person. */
  readonly cost: number;
  /** The same of several people together: in this process they take three times as much. */
  readonly together: number;
}

/** 20,000 records with short texts and without revisions cost 2.3 MiB. */
export const READ_LIMITS: ReadLimits = {
  records: 20_000,
  batch: 1_000,
  cost: 64 * 1_048_576,
  together: 4 * 1_048_576,
};
