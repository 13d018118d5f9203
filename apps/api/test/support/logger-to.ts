import { type Logger, pino } from 'pino';

/** A logger that hands over each line, with the level as a word. */
export function loggerTo(write: (line: string) => void): Logger {
  return pino({ formatters: { level: (level) => ({ level }) } }, { write });
}
