import { percentDecode } from './percent-encoding.js';

/** The pattern of an operation's path: `/dhos/v1/patient/{patient_id}/installation`. */
export class PathPattern {
  readonly text: string;
  readonly #positions = new Map<string, number>();

  constructor(text: string) {
    this.text = text;
    for (const [index, segment] of text.split('/').entries()) {
      if (segment.startsWith('{')) this.#positions.set(segment.slice(1, -1), index);
    }
  }

  /**
   * Returns a parameter of a path with this pattern, decoded; undefined if its percent-encoding is broken.
   *
   * @throws Error if the pattern has no such parameter
   */
  parameterOf(path: string, name: string): string | undefined {
    const position = this.#positions.get(name);
    if (position === undefined) throw new Error(`${this.text} has no parameter ${name}`);
    let start = 0;
    for (let index = 0; index < position; index++) start = path.indexOf('/', start) + 1;
    const end = path.indexOf('/', start);
    return percentDecode(end < 0 ? path.slice(start) : path.slice(start, end));
  }
}

/** Of a request that reached no operation. */
export const NO_ROUTE = new PathPattern('none');
