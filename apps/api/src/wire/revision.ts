import { differencesOf, type Revision } from '@polaris-telemetry/domain';

/** Shows a revision, given how records of its kind are shown. */
export function showRevision<Entity>(
  show: (record: Entity) => Readonly<Record<string, unknown>>,
  revision: Revision<Entity>,
): Readonly<Record<string, unknown>> {
  const record = show(revision.record);
  const changes = differencesOf(revision, (state) => {
    const { modified: _at, modified_by: _by, ...fields } = show(state);
    return fields;
  });
  return { revision: revision.number, at: record['modified'], by: record['modified_by'], changes, record };
}
