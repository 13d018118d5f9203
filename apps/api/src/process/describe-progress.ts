import type { MigrationProgress } from '../database.js';

/** Describes a step of migrating in one line for a person. */
export function describeProgress(progress: MigrationProgress): string {
  switch (progress.kind) {
    case 'waiting':
      return `another process is working on the ${progress.for}: waiting for it`;
    case 'migrated':
      return `migration ${progress.name}: ${progress.direction}`;
    case 'index-invalid':
      return `index ${progress.name}: an interrupted build has left it unusable, rebuilding it`;
    case 'index-building':
      return `index ${progress.name}: ${progress.phase}, ${percent(progress)}`;
    case 'postponed':
      return `${progress.what} ${progress.name}: tried again later (${progress.reason})`;
    case 'built':
      return `${progress.what} ${progress.name}: built in ${progress.seconds.toFixed(1)} s`;
    case 'dropped':
      return `${progress.what} ${progress.name}: dropped`;
    case 'distributed':
      return `table ${progress.name}: distributed in ${progress.seconds.toFixed(1)} s`;
    case 'dropping':
      return `dropping ${progress.rows} ${progress.what}`;
  }
}

function percent({ done, total }: { readonly done: number; readonly total: number }): string {
  return total === 0 ? 'just begun' : `${Math.floor((100 * done) / total)} %`;
}
