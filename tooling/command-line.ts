/** The arguments of a command are wrong: the message says which, and the usage is printed with it. */
export class UsageError extends Error {}

/** A command cannot do its work; the message tells a person what to do. */
export class CommandError extends Error {}

/**
 * Runs a command to its end. Wrong arguments print what is wrong and the usage; `--help` prints the usage. An error written
 * for people prints its message, any other one also where it happened.
 */
export async function runCommand(usage: string, main: (args: string[]) => Promise<void>): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) return console.log(usage);
  try {
    await main(args);
  } catch (error) {
    process.exitCode = isUsage(error) ? 2 : 1;
    console.error(isUsage(error) ? `${error.message}\n\n${usage}` : isForPeople(error) ? error.message : error);
  }
}

function isUsage(error: unknown): error is Error {
  return error instanceof UsageError || (error instanceof Error && /^ERR_PARSE_ARGS/.test(codeOf(error)));
}

/** Errors of the built service are recognised by name: nothing of it is loaded here. */
function isForPeople(error: unknown): error is Error {
  const foreseen = ['ConfigError', 'EmbeddedPostgresError', 'StartupError'];
  return error instanceof CommandError || (error instanceof Error && foreseen.includes(error.name));
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}
