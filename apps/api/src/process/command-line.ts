import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { COMMANDS, type Command, type CommandSyntax, unexpected } from './commands.js';

/**
 * Reads a command line.
 *
 * @param script name of the npm script that passed the arguments on, so that help shows what was typed; undefined without one
 */
export function readCommandLine(args: readonly string[], script: string | undefined): Command {
  const [name = '', ...others] = args;
  const syntax = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const usage = usageOf(syntax && name, script);
  const wrong = (fault: string): Command => ({ name: 'explain', text: `${fault}\n\n${usage}`, exitCode: 2 });
  try {
    const { values, positionals } = parseArgs({
      args: syntax ? others : [...args],
      allowPositionals: true,
      options: optionsOf(syntax),
    });
    if (values['help'] === true) return { name: 'explain', text: usage, exitCode: 0 };
    const extra = positionals[syntax?.words ?? 0];
    if (extra !== undefined) return wrong(syntax ? unexpected(extra) : `There is no command "${extra}".`);
    const command = syntax?.read(
      positionals,
      (flag) => values[flag] === true,
      (option) => (values[option] as string[] | undefined) ?? [],
    );
    return typeof command === 'string' ? wrong(command) : (command ?? { name: 'serve' });
  } catch (error) {
    // The first sentence names the option; the others explain Node's rules.
    if (error instanceof TypeError) return wrong(`${error.message.split('. ')[0]}.`);
    throw error;
  }
}

function optionsOf(syntax: CommandSyntax | undefined): ParseArgsOptionsConfig {
  const flags = syntax?.flags.map((flag) => [flag, { type: 'boolean' }] as const) ?? [];
  const options = syntax?.options?.map((option) => [option, { type: 'string', multiple: true }] as const) ?? [];
  return { ...Object.fromEntries([...flags, ...options]), help: { type: 'boolean', short: 'h' } };
}

const SERVING = '(serve; it takes no arguments)';

/** The usage of the typed command, as typed; of all commands if it is none of them. */
function usageOf(command: string | undefined, script: string | undefined): string {
  const isNpm = script === 'start' || (script !== undefined && Object.hasOwn(COMMANDS, script));
  if (command !== undefined) return usageOfOne(command, isNpm);
  if (isNpm) return `Usage: npm start   ${SERVING}`;
  const all = Object.keys(COMMANDS).map((name) => usageOfOne(name, false));
  return [`Usage: main.js   ${SERVING}`, ...all].join('\n\n');
}

function usageOfOne(name: string, isNpm: boolean): string {
  const { args, meaning } = COMMANDS[name] ?? { args: '', meaning: '' };
  return `Usage: ${isNpm ? `npm run ${name} --` : `main.js ${name}`} ${args}\n${meaning}`;
}
