/** Leaves out points between two others of the same height: they do not change the line. */
export function withoutRepeats<Point>(points: readonly Point[], heightOf: (point: Point) => number): Point[] {
  return points.filter((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (before === undefined || after === undefined) return true;
    return heightOf(before) !== heightOf(point) || heightOf(point) !== heightOf(after);
  });
}
