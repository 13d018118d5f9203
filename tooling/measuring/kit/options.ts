import { Command } from '@commander-js/extra-typings';
import { InvalidArgumentError } from 'commander';

/** Describes a program's options; the program prints its usage on `--help`, and rejects wrong arguments. */
export function program(name: string, description: string): Command {
  return new Command(`npm run ${name} --`)
    .description(description)
    .showHelpAfterError('(--help lists the options)')
    .configureHelp({
      optionDescription({ description, defaultValue: value, defaultValueDescription }) {
        if (value === undefined || typeof value === 'boolean') return description;
        const text = defaultValueDescription ?? (Array.isArray(value) && value.length > 1 ? 'all' : value);
        return `${description} (${text})`;
      },
    });
}

export function wholeNumber(text: string): number {
  const value = Number(text.replaceAll(/[_,]/g, ''));
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It takes whole numbers from 1.');
  return value;
}

export function oddNumber(text: string): number {
  const value = wholeNumber(text);
  if (value % 2 === 0) throw new InvalidArgumentError('It takes odd numbers, so that one round is the middle one.');
  return value;
}

export function wholeNumbers(text: string): [number, ...number[]] {
  const [first = '', ...others] = text.split(',');
  return [wholeNumber(first), ...others.map(wholeNumber)];
}

/** Returns a parser for lists of known names. It sorts them in the known order. */
export function choices<Name extends string>(known: readonly Name[]): (text: string) => readonly Name[] {
  return (text) => {
    const wanted = text.split(',');
    const unknown = wanted.filter((word) => !known.some((name) => name === word));
    if (unknown.length > 0) throw new InvalidArgumentError(`It takes ${known.join(', ')}.`);
    return known.filter((name) => wanted.includes(name));
  };
}
