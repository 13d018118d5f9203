/** The size of something in each of its measures, for example records and bytes. */
type Size = readonly number[];

/**
 * Divides items, in their order, into batches that stay within `most` in every measure. An item that exceeds it is a batch
 * alone.
 */
export function divide<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => Size,
  most: Size,
): readonly (readonly Item[])[] {
  const batches: Item[][] = [];
  let batch: Item[] = [];
  let taken = most.map(() => 0);
  for (const item of items) {
    const size = sizeOf(item);
    const isFull = taken.some((sum, measure) => sum + (size[measure] ?? 0) > (most[measure] ?? 0));
    if (isFull && batch.length > 0) {
      batches.push(batch);
      batch = [];
      taken = most.map(() => 0);
    }
    batch.push(item);
    taken = taken.map((sum, measure) => sum + (size[measure] ?? 0));
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
