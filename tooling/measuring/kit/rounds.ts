/**
 * Measures several sides in turn, in rounds whose order changes, so that other work on the machine affects them alike and
 * none always follows the same one. The first round does not count unless `firstCounts`: nothing is compiled yet.
 *
 * @returns the figures of each side, one per round
 */
export async function inTurns<Side extends string, Figure>(
  rounds: number,
  sides: Readonly<Record<Side, (round: number) => Promise<Figure>>>,
  { firstCounts = false, onRound }: RoundOptions<Side, Figure> = {},
): Promise<Figures<Side, Figure>> {
  const names = Object.keys(sides) as Side[];
  const figures = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Side, Figure[]>;
  for (let round = firstCounts ? 0 : -1; round < rounds; round += 1) {
    for (const name of orderOf(names, round)) {
      const figure = await sides[name](round);
      if (round >= 0) figures[name].push(figure);
    }
    if (round >= 0) onRound?.(figures, round);
  }
  return figures;
}

export type Figures<Side extends string, Figure> = Readonly<Record<Side, readonly Figure[]>>;

interface RoundOptions<Side extends string, Figure> {
  readonly firstCounts?: boolean;
  /** Called after each round that counts. */
  readonly onRound?: (figures: Figures<Side, Figure>, round: number) => void;
}

/** Returns the order of a round. Each side comes first in turn, and every other order is a reverse. */
export function orderOf<Side>(sides: readonly Side[], round: number): Side[] {
  const first = Math.floor(Math.max(0, round) / 2) % sides.length;
  const turn = [...sides.slice(first), ...sides.slice(0, first)];
  return round % 2 === 0 ? turn : turn.toReversed();
}
