import type { Metrics } from './create-metrics.js';

/** The progress of something built while the service serves. */
export interface BuildRatio {
  readonly what: 'index' | 'triggers';
  readonly name: string;
  /** 0 to 1. */
  readonly ratio: number;
}

/** Adds `database_index_build_progress_ratio{index}`, 0 to 1, and `database_triggers_created{triggers}`, 0 or 1. */
export function watchBuilds({ addGauge }: Pick<Metrics, 'addGauge'>, read: () => Iterable<BuildRatio>): void {
  const ratiosOf = (wanted: BuildRatio['what']) => () =>
    [...read()].filter(({ what }) => what === wanted).map(({ name, ratio }) => [name, ratio] as const);
  addGauge({
    name: 'database_index_build_progress_ratio',
    help: 'How far the indexes are built, from 0 to 1.',
    label: 'index',
    read: ratiosOf('index'),
  });
  addGauge({
    name: 'database_triggers_created',
    help: 'Whether the triggers that keep revisions exist: 1, or 0 until they could be created.',
    label: 'triggers',
    read: ratiosOf('triggers'),
  });
}
