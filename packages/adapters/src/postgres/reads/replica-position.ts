const IDENTITY =
  '(pg_control_system()).system_identifier::text as system, (pg_control_checkpoint()).timeline_id as timeline';

/** Asks a primary where its write-ahead log ends; fails on any other server. */
export const END_OF_LOG = `select pg_current_wal_insert_lsn()::text as lsn, ${IDENTITY}`;

/** Asks a replica what it has replayed. */
export const REPLICA_POSITION = `select pg_is_in_recovery() as "isReplica", pg_last_wal_replay_lsn()::text as lsn, ${IDENTITY}`;

/** A place in the write-ahead log of one cluster and timeline: others cannot be compared. */
export interface LogPosition {
  /** As PostgreSQL writes it, for example `16/B374D848`; null on a server that never replayed anything. */
  readonly lsn: string | null;
  readonly system: string;
  readonly timeline: number;
}

export interface ReplicaPosition extends LogPosition {
  /** False on a server that replays no other server's log: its lag is unknown. */
  readonly isReplica: boolean;
}

/** Whether a server at this position has replayed everything before the other position. */
export function hasReached(position: ReplicaPosition, mark: LogPosition): boolean {
  if (!position.isReplica || position.lsn === null || mark.lsn === null) return false;
  const isSameLog = position.system === mark.system && position.timeline === mark.timeline;
  return isSameLog && bytesOf(position.lsn) >= bytesOf(mark.lsn);
}

/** Two hexadecimal numbers, of 32 bits each. */
function bytesOf(lsn: string): bigint {
  const [upper = '', lower = ''] = lsn.split('/');
  return (BigInt(`0x${upper}`) << 32n) | BigInt(`0x${lower}`);
}
