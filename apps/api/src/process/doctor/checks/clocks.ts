import { type Check, checkOf, failure, type Trouble, warning } from '../finding.js';

/** Milliseconds. */
const OFF = 2_000;
const FAR_OFF = 60_000;
const REMEDY = 'Have both machines keep time by NTP (chronyc tracking, timedatectl).';

/** @param within how exactly it is known, in milliseconds */
function judge(whose: string, ahead: number, within: number, consequence: string): Trouble | undefined {
  const off = Math.abs(ahead) - within;
  if (off <= OFF) return undefined;
  const what = `the clock of ${whose} is ${Math.round(Math.abs(ahead) / 1000)} s ${ahead > 0 ? 'ahead of' : 'behind'} this machine’s: ${consequence}`;
  return off > FAR_OFF ? failure(what, REMEDY) : warning(what, REMEDY);
}

export const CLOCK_CHECKS: readonly Check[] = [
  checkOf('clock of the database', 'clock', ({ ahead, within }) =>
    judge(
      'the database',
      ahead,
      within,
      'revisions, and what is counted by when, go by one clock, records by the other',
    ),
  ),
  {
    name: 'clock of tokens',
    find: ({ keyServer, faults }) => {
      if (keyServer?.ahead === undefined) return faults.length > 0 ? undefined : [];
      const trouble = judge('the key server', keyServer.ahead, 1_000, 'tokens count too long, too short or not yet');
      return trouble === undefined ? [] : [trouble];
    },
  },
];
