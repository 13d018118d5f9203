import { type Check, checkOf, failure, warning } from '../finding.js';

export const ACCOUNT_CHECKS: readonly Check[] = [
  checkOf('receipts of erasures', 'account', ({ keys, replayed }) => [
    keys === 0 &&
      failure(
        'the key of the receipts’ digests is gone: no one can be erased, and no receipt can be checked',
        'Run "main.js erasures replay FILE" with what "erasures list" wrote: it has the key.',
      ),
    !replayed &&
      warning(
        'this database or a node of it was restored, a standby took over, or a node was added, and erasures have not been replayed since: erased people may be back',
        'Run "main.js erasures replay FILE": docs/operating.md, Erased people stay erased.',
      ),
  ]),
  checkOf('access log', 'account', ({ oldest_access }, { config }) => {
    const days = config?.accessLogDays ?? Number.POSITIVE_INFINITY;
    return (
      (oldest_access ?? 0) > days + 1 &&
      warning(
        `the oldest access is ${Math.floor(oldest_access ?? 0)} days old, and ACCESS_LOG_DAYS is ${days}`,
        'The service removes old accesses each hour: is it running, and what does its log say of it?',
      )
    );
  }),
];
