/**
 * Why a raw value was refused. Every value rule of the domain is a parser that returns the parsed value or a `Fault`;
 * nothing is thrown, because bad input is an expected answer and several faults are reported together.
 */
export class Fault {
  /** Stable, machine-readable name of the broken rule, for example `text_nul`. */
  readonly code: string;
  /** The rule in plain English, fit to be shown to the sender of the value. It never repeats the value itself. */
  readonly rule: string;

  constructor(code: string, rule: string) {
    this.code = code;
    this.rule = rule;
  }
}

/** Whether a parser returned a {@link Fault} rather than a value. */
export function isFault(parsed: unknown): parsed is Fault {
  return parsed instanceof Fault;
}
