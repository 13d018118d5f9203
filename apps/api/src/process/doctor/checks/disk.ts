import { type Check, checkOf, failure, warning } from '../finding.js';

const MEBIBYTE = 1_048_576;

export const DISK_CHECKS: readonly Check[] = [
  {
    name: 'disk of the embedded database',
    find: ({ freeBytes, config }) => {
      if (freeBytes === undefined) return config?.database.kind === 'server' ? [] : undefined;
      const free = Math.floor(freeBytes / MEBIBYTE);
      const remedy = 'Make room on that disk, or set DATABASE_EMBEDDED_FOLDER to another one.';
      if (free < 100) return [failure(`${free} MiB are free where the data are`, remedy)];
      return free < 1_024 ? [warning(`${free} MiB are free where the data are`, remedy)] : [];
    },
  },
  checkOf('write-ahead log', 'log', ({ inactive_slots, archiving_fails }) => [
    inactive_slots > 0 &&
      warning(
        `${inactive_slots} replication slots are in no one’s use: the server keeps its log for them until the disk is full`,
        'See pg_replication_slots; bring their readers back, or pg_drop_replication_slot.',
      ),
    archiving_fails &&
      failure(
        'archiving fails: there is no point-in-time recovery, and the log fills the disk',
        'See last_failed_wal in pg_stat_archiver and the server’s log; correct archive_command.',
      ),
  ]),
];
